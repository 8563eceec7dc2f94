import { Tooltip } from 'antd'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { Figure, type FigureFilter } from '../../../figures/figure.tsx'
import { percent, type Board } from '../../wall/boards.ts'
import type { FiguresFilter } from './figures-filter.tsx'

const counted = ['received', 'filed', 'closed', 'open', 'overtime'] as const

interface CountedProps {
  first: string
  lines: Board['byTown']
  total: Board['total'] | null
  filter: FiguresFilter
  /** the filter of a line, in addition to the board's */
  of: (key: string | null) => Partial<FigureFilter>
  /** the line's name in the reader's language */
  named: (line: Board['byTown'][number]) => string
}

/** Counts by town, department or class; each opens its list. */
export function Counted ({ first, lines, total, filter, of, named }: CountedProps): ReactNode {
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

/** The rates, each with its formula and both its lists. */
export function RateTable ({ board, english, filter }: { board: Board, english: boolean, filter: FiguresFilter }): ReactNode {
  const { t } = useTranslation('supervise')
  return (
    <table className='plain-table'>
      <thead><tr><th>{t('rate')}</th><th className='number'>{t('value')}</th><th className='number'>{t('of')}</th></tr></thead>
      <tbody>
        {board.rates.map(r => ({ ...r, named: english ? r.nameEn : r.name })).map(r => (
          <Tooltip
            key={r.key}
            trigger={['hover', 'focus']}
            title={`${t('formula')}: ${english ? r.formulaEn : r.formula}`}
            placement='left'
          >
            <tr tabIndex={0}>
              <td>{r.named}</td>
              <td className='tabular number'><b>{percent(r.value)}</b></td>
              <td className='number muted'>
                <Figure value={r.numerator} figure={r.over} filter={filter} label={r.named} />/<Figure
                  value={r.denominator}
                  figure={r.under}
                  filter={filter}
                  label={r.named}
                                                                                               />
              </td>
            </tr>
          </Tooltip>
        ))}
      </tbody>
    </table>
  )
}

/** Orders by state. */
export function StateTable ({ board, filter }: { board: Board, filter: FiguresFilter }): ReactNode {
  const { t } = useTranslation('supervise')
  return (
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
  )
}
