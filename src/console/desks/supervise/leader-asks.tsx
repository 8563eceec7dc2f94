import { useQuery } from '@tanstack/react-query'
import { Alert, Select, Spin, Tooltip } from 'antd'
import { useMemo, type ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { useSearchParams } from 'react-router'
import { api } from '../../api/client.ts'
import type { paths } from '../../api/api-types.d.ts'
import { every } from '../../api/closed-lists.ts'
import { useCategories, useNameOf, useUnits } from '../../directory/directory.ts'
import { channels, orderStates, requestTypes, urgencies } from '../../orders/order-lists.ts'
import '../../orders/words/order-words.ts'
import { Figure, type FigureFilter } from '../../figures/figure.tsx'
import { useCopy } from '../../shell/copy.ts'
import { useRefusal } from '../../shell/refusals.ts'
import { KeyButton } from '../../shell/shortcuts.tsx'
import { percent, type Board } from '../wall/boards.ts'
import '../wall/wall-words.ts'
import { RankingChart } from '../wall/wall-charts.tsx'

type Query = NonNullable<paths['/api/boards/orders']['get']['parameters']['query']>
const spans = every<NonNullable<Query['span']>>()(['today', 'yesterday', 'week', 'month'])
const fields = ['townId', 'unitId', 'categoryCode', 'state', 'channel', 'requestType', 'urgency', 'overtime'] as const
/** A draft is in no figure. */
const states = orderStates.filter(state => state !== 'DRAFT')

// Not figures: in a call those put a citizen through to the emergency centres.
const spanKeys = ['Y', 'U', 'I', 'O']

/** 领导要数: the day's figures stand here already; one more click copies the paragraph or fetches the workbook. Filters are in the address. */
export function LeaderAsks (): ReactNode {
  const { t, i18n } = useTranslation('supervise')
  const copy = useCopy()
  const refusal = useRefusal()
  const units = useUnits()
  const categories = useCategories()
  const nameOf = useNameOf()
  const [query, setQuery] = useSearchParams()
  const span = spans.find(s => s === query.get('span')) ?? 'today'
  const filter = useMemo((): Query => {
    const asked: Record<string, unknown> = { span }
    for (const field of fields) {
      const value = query.get(field)
      if (value) asked[field] = field === 'overtime' ? value === 'true' : value
    }
    return asked as Query
  }, [query, span])
  const { data: board, error, isFetching } = useQuery({
    queryKey: ['board', filter],
    placeholderData: before => before,
    queryFn: async () => (await api.GET('/api/boards/orders', { params: { query: filter } })).data ?? null
  })
  const change = (field: string, value: string | undefined): void => {
    const next = new URLSearchParams(query)
    if (value === undefined) next.delete(field)
    else next.set(field, value)
    setQuery(next, { replace: true })
  }
  const choose = (field: typeof fields[number], word: string, options: Array<{ value: string, label: string }>): ReactNode => (
    <Select
      key={field}
      allowClear
      showSearch
      optionFilterProp='label'
      className='asks-field'
      placeholder={t(word)}
      aria-label={t(word)}
      value={query.get(field)}
      onChange={(v: string | undefined) => { change(field, v ?? undefined) }}
      options={options}
    />
  )
  const ofOrder = (kind: string, values: readonly string[]): Array<{ value: string, label: string }> =>
    values.map(v => ({ value: v, label: t(`order:${kind}.${v}`) }))
  const classes = useMemo(
    () => [
      ...new Map(categories.map(c => [c.classCode, nameOf({ name: c.className, nameEn: c.classNameEn })]))
    ].map(([value, label]) => ({ value, label: `${value} ${label}` })),
    [categories, nameOf]
  )
  const towns = units.filter(u => u.kind === 'town').map(u => ({ value: u.id, label: nameOf(u) }))
  const unitNamed = ({ key, name }: Board['byTown'][number]): string => {
    const unit = units.find(u => u.id === key)
    return unit ? nameOf(unit) : name
  }
  const classNamed = ({ key, name }: Board['byTown'][number]): string => {
    const first = categories.find(c => c.classCode === key)
    return first ? nameOf({ name: first.className, nameEn: first.classNameEn }) : name
  }
  // One line of a table asks for what it names, within the board's own filter.
  const ofTown = (key: string | null): Partial<FigureFilter> => ({ townId: filter.townId ?? key ?? 'unknown' })
  const ofDepartment = (key: string | null): Partial<FigureFilter> => ({ department: key ?? '' })
  const ofClass = (key: string | null): Partial<FigureFilter> => ({ categoryCode: filter.categoryCode ?? key ?? 'unknown' })
  const sheet = `/api/boards/orders.xlsx?${new URLSearchParams(Object.entries(filter).map(([k, v]) => [k, String(v)]))}`
  return (
    <div className='asks'>
      <div className='row'>
        <span className='spans' role='group' aria-label={t('span')}>
          {spans.map((s, i) => (
            <KeyButton
              key={s}
              keys={`Alt+Shift+${spanKeys[i] ?? ''}`}
              type={span === s ? 'primary' : 'default'}
              onPress={() => { change('span', s) }}
            >
              {t(s)}
            </KeyButton>
          ))}
        </span>
        {choose('townId', 'town', towns)}
        {choose('unitId', 'unit', units.filter(u => u.kind !== 'centre').map(u => ({ value: u.id, label: nameOf(u) })))}
        {choose('categoryCode', 'category', [...classes, ...categories.map(c => ({ value: c.code, label: `${c.code} ${nameOf(c)}` }))])}
        {choose('state', 'stateOf', ofOrder('state', states))}
        {choose('channel', 'channel', ofOrder('channel', channels))}
        {choose('requestType', 'requestType', ofOrder('type', requestTypes))}
        {choose('urgency', 'urgency', ofOrder('urgency', urgencies))}
        {choose('overtime', 'overtime', [{ value: 'true', label: t('yes') }, { value: 'false', label: t('no') }])}
      </div>
      {error !== null && <Alert type='error' showIcon title={refusal(error)} />}
      {!board
        ? <Spin />
        : (
          <>
            <section className='box paragraph' aria-label={t('paragraph')} aria-busy={isFetching}>
              <p lang='zh-CN'>{board.paragraph}</p>
              <div className='row'>
                <KeyButton keys='Alt+C' type='primary' onPress={() => { void copy(board.paragraph, t('copied')) }}>{t('copy')}</KeyButton>
                <KeyButton keys='Alt+Shift+X' href={sheet} download onPress={() => { location.assign(sheet) }}>{t('xlsx')}</KeyButton>
                <span className='muted'>{t('asOf')} {board.asOfText}</span>
              </div>
            </section>
            <div className='asks-body'>
              <section className='box'>
                <h2>{t('rates')}</h2>
                <RateTable board={board} filter={filter} english={i18n.language === 'en'} />
              </section>
              <section className='box'>
                <h2>{t('byTown')}</h2>
                <Counted first={t('town')} lines={board.byTown} total={board.total} filter={filter} of={ofTown} named={unitNamed} />
              </section>
              <section className='box'>
                <h2>{t('byTown')}</h2>
                <RankingChart label={t('byTown')} lines={board.byTown} asOf={board.asOfText} height={430} lists={{ filter, of: ofTown }} />
              </section>
              <section className='box'>
                <h2>{t('byDepartment')} <span className='muted small'>{t('theyLead')}</span></h2>
                <Counted
                  first={t('department')}
                  lines={board.byDepartment}
                  total={null}
                  filter={filter}
                  of={ofDepartment}
                  named={unitNamed}
                />
              </section>
              <section className='box'>
                <h2>{t('byClass')}</h2>
                <Counted first={t('category')} lines={board.byClass} total={board.total} filter={filter} of={ofClass} named={classNamed} />
              </section>
              <section className='box'>
                <h2>{t('byState')}</h2>
                <table className='plain-table'>
                  <tbody>
                    {board.byState.map(s => (
                      <tr key={s.state}>
                        <td>{t(`order:state.${s.state}`)}</td>
                        <td className='number'>
                          <Figure
                            value={s.count}
                            figure='received'
                            filter={{ ...filter, state: s.state }}
                            label={t(`order:state.${s.state}`)}
                          />
                        </td>
                      </tr>
                    ))}
                  </tbody>
                  <tfoot>
                    <tr>
                      <th>{t('total')}</th>
                      <th className='number'>
                        <Figure value={board.total.received} figure='received' filter={filter} label={t('total')} />
                      </th>
                    </tr>
                  </tfoot>
                </table>
              </section>
            </div>
          </>
          )}
    </div>
  )
}

const counted = ['received', 'filed', 'closed', 'open', 'overtime'] as const

interface CountedProps {
  first: string
  lines: Board['byTown']
  total: Board['total'] | null
  filter: Query
  /** what a line asks for besides the board's filter */
  of: (key: string | null) => Partial<FigureFilter>
  /** the line's name in the reader's language */
  named: (line: Board['byTown'][number]) => string
}

function Counted ({ first, lines, total, filter, of, named }: CountedProps): ReactNode {
  const { t } = useTranslation('supervise')
  return (
    <table className='plain-table'>
      <thead><tr><th>{first}</th>{counted.map(c => <th key={c} className='number'>{t(c === 'overtime' ? 'late' : c)}</th>)}</tr></thead>
      <tbody>
        {lines.map(l => (
          <tr key={l.key ?? '-'} data-line={l.key ?? ''}>
            <td>{named(l)}</td>
            {counted.map(c => (
              <td key={c} className={`number${c === 'overtime' && l.overtime > 0 ? ' amber' : ''}`}>
                <Figure
                  value={l[c]}
                  figure={c}
                  filter={{ ...filter, ...of(l.key) }}
                  label={`${named(l)} ${t(c === 'overtime' ? 'late' : c)}`}
                />
              </td>
            ))}
          </tr>
        ))}
      </tbody>
      {total && (
        <tfoot>
          <tr>
            <th>{t('total')}</th>
            {counted.map(c => (
              <th key={c} className='number'>
                <Figure value={total[c]} figure={c} filter={filter} label={t(c === 'overtime' ? 'late' : c)} />
              </th>
            ))}
          </tr>
        </tfoot>
      )}
    </table>
  )
}

function RateTable ({ board, english, filter }: { board: Board, english: boolean, filter: Query }): ReactNode {
  const { t } = useTranslation('supervise')
  return (
    <table className='plain-table'>
      <thead><tr><th>{t('rate')}</th><th className='number'>{t('value')}</th><th className='number'>{t('of')}</th></tr></thead>
      <tbody>
        {board.rates.map(r => (
          <Tooltip
            key={r.key}
            trigger={['hover', 'focus']}
            title={`${t('formula')}: ${english ? r.formulaEn : r.formula}`}
            placement='left'
          >
            <tr tabIndex={0}>
              <td>{english ? r.nameEn : r.name}</td>
              <td className='tabular number'><b>{percent(r.value)}</b></td>
              <td className='number muted'>
                <Figure value={r.numerator} figure={r.over} filter={filter} label={r.name} />/<Figure
                  value={r.denominator}
                  figure={r.under}
                  filter={filter}
                  label={r.name}
                                                                                              />
              </td>
            </tr>
          </Tooltip>
        ))}
      </tbody>
    </table>
  )
}
