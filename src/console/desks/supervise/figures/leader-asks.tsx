import { useQuery } from '@tanstack/react-query'
import { Alert, Spin } from 'antd'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { api } from '../../../api/client.ts'
import { useCategories, useNameOf } from '../../../directory/directory.ts'
import type { FigureFilter } from '../../../figures/figure.tsx'
import { useLineName } from '../../../figures/line-name.ts'
import { moment } from '../../../moments/moments.tsx'
import { useCopy } from '../../../shell/copy.ts'
import { useRefusal } from '../../../shell/refusals.ts'
import { KeyButton } from '../../../shell/shortcuts.tsx'
import type { Board } from '../../wall/boards.ts'
import { RankingChart } from '../../wall/wall-charts.tsx'
import '../../wall/wall-words.ts'
import { Counted, RateTable, StateTable } from './board-tables.tsx'
import { FilterRow, useFiguresFilter } from './figures-filter.tsx'

/** 领导要数: the day's figures are here at once; one more click copies the paragraph or fetches the workbook. */
export function LeaderAsks (): ReactNode {
  const { t, i18n } = useTranslation('supervise')
  const copy = useCopy()
  const refusal = useRefusal()
  const categories = useCategories()
  const nameOf = useNameOf()
  const { filter, change } = useFiguresFilter()
  const { data: board, error, isFetching } = useQuery({
    queryKey: ['board', filter],
    placeholderData: before => before,
    queryFn: async () => (await api.GET('/api/boards/orders', { params: { query: filter } })).data ?? null
  })
  const unitNamed = useLineName()
  const classNamed = ({ key, name }: Board['byTown'][number]): string => {
    const first = categories.find(c => c.classCode === key)
    if (key === null) return t('figures:undecided')
    return first ? nameOf({ name: first.className, nameEn: first.classNameEn }) : name
  }
  // The list behind a line: its town, department or class within the board's filter.
  const ofTown = (key: string | null): Partial<FigureFilter> => ({ townId: filter.townId ?? key ?? 'unknown' })
  const ofDepartment = (key: string | null): Partial<FigureFilter> => ({ department: key ?? '' })
  const ofClass = (key: string | null): Partial<FigureFilter> => ({ categoryCode: filter.categoryCode ?? key ?? 'unknown' })
  const sheet = `/api/boards/orders.xlsx?${new URLSearchParams(Object.entries(filter).map(([k, v]) => [k, String(v)]))}`
  return (
    <div className='asks'>
      <FilterRow filter={filter} change={change} />
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
                <span className='muted'>{t('asOf')} {moment(board.asOf)}</span>
              </div>
            </section>
            <div className='asks-body'>
              <section className='box'>
                <h2>{t('rates')}</h2>
                <RateTable board={board} filter={filter} english={i18n.language === 'en'} />
              </section>
              <section className='box'>
                <h2>{t('byTown')}</h2>
                <Counted first={t('order:town')} lines={board.byTown} total={board.total} filter={filter} of={ofTown} named={unitNamed} />
              </section>
              <section className='box'>
                <h2>{t('byTown')}</h2>
                <RankingChart
                  label={t('byTown')}
                  lines={board.byTown}
                  asOf={`${t('asOf')} ${moment(board.asOf)}`}
                  height={430}
                  lists={{ filter, of: ofTown }}
                />
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
                <StateTable board={board} filter={filter} />
              </section>
            </div>
          </>
          )}
    </div>
  )
}
