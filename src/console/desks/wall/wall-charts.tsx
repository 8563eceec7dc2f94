import type { EChartsCoreOption } from 'echarts/core'
import { useCallback, useMemo, useState, type ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { useLineName } from '../../figures/line-name.ts'
import { FigureList, type FigureFilter, type FigureListProps } from '../../figures/figure.tsx'
import { fromLocal, local } from '../../moments/zone.ts'
import { colours } from '../../theme.ts'
import type { Board, Wall } from './boards.ts'
import { Chart } from './chart.tsx'

const grid = '#e7ecee'
const closedColour = '#3f8a5b'
const restColour = '#b4c5cd'

const escaped = (words: string): string => words.replace(/[&<>"]/g, c => `&#${c.charCodeAt(0)};`)
const letter = (fontSize: number): { fontSize: number, color: string } => ({ fontSize, color: '#17242b' })
/** The figures of one point, with their formula below. */
const told = (head: string, lines: readonly string[], formula: string): string =>
  `<b>${escaped(head)}</b><br>${lines.map(escaped).join('<br>')}<br><span ` +
  `style="color:${colours.muted};white-space:normal;display:block;max-width:26em">${escaped(formula)}</span>`

const frame = (letters: number, right: number): EChartsCoreOption => ({
  animation: false,
  textStyle: letter(letters),
  grid: { left: 4, right, top: letters * 2.2, bottom: 4, containLabel: true },
  legend: { top: 0, left: 0, textStyle: letter(letters), itemWidth: letters, itemHeight: letters * 0.7, itemGap: letters }
})

/** Closed of received, and how many were overtime. */
const ofLine = (line: Board['byTown'][number] | undefined, late: string): string =>
  line === undefined ? '' : `${line.closed}/${line.received}${line.overtime > 0 ? ` {late|${late}${line.overtime}}` : ''}`

/** For those who may see lists: the chart's filter, and the filter of one line in addition to it. */
export interface ChartLists { filter: FigureFilter, of: (key: string | null) => Partial<FigureFilter> }

/** The list opened by a click on the chart. */
function usePicked (): [list: ReactNode, pick: (list: Omit<FigureListProps, 'onClose'>) => void] {
  const [picked, setPicked] = useState<Omit<FigureListProps, 'onClose'> | null>(null)
  return [picked && <FigureList {...picked} onClose={() => { setPicked(null) }} />, setPicked]
}

interface RankingProps {
  lines: Board['byTown']
  label: string
  asOf: string
  lists: ChartLists | null
  height?: number | string
  maxLines?: number
}

/** Series of the ranking in drawing order: the figure and its word. */
const rankingSeries = [['closed', 'closed'], ['received', 'received'], ['overtime', 'overtime']] as const

/** The ranking from below, as the chart draws it. What is beyond `maxLines` is one line: the sum of `others`, 0 for a line of its own. */
function ranking (lines: Board['byTown'], maxLines: number): Array<Board['byTown'][number] & { others: number }> {
  const all = lines.filter(l => l.key !== null || l.received > 0)
    .toSorted((a, b) => b.received - a.received)
    .map(l => ({ ...l, others: 0 }))
  const [first, ...rest] = all.slice(all.length > maxLines ? maxLines - 1 : maxLines)
  const one = first && rest.reduce((sum, l) => ({
    ...sum,
    received: sum.received + l.received,
    filed: sum.filed + l.filed,
    closed: sum.closed + l.closed,
    overtime: sum.overtime + l.overtime
  }), { ...first, others: rest.length + 1 })
  return [...all.slice(0, one ? maxLines - 1 : maxLines), ...one ? [one] : []].reverse()
}

/** Ranking by orders received, with closed and overdue ones; each line can show its formula. */
export function RankingChart ({ lines, label, asOf, lists, height, maxLines = 20 }: RankingProps): ReactNode {
  const { t } = useTranslation('wall')
  const named = useLineName()
  const shown = useMemo(
    () => ranking(lines, maxLines).map(l => ({ ...l, name: l.others === 0 ? named(l) : t('figures:others', { count: l.others }) })),
    [lines, maxLines, named, t]
  )
  const late = t('late')
  const option = useCallback((letters: number): EChartsCoreOption => ({
    ...frame(letters, letters * 6),
    tooltip: {
      trigger: 'axis',
      axisPointer: { type: 'shadow' },
      confine: true,
      textStyle: { fontSize: letters },
      formatter: (points: unknown) => {
        const line = shown[(points as Array<{ dataIndex: number }>)[0]?.dataIndex ?? -1]
        return line
          ? told(
            line.name,
            [
              `${t('received')} ${line.received}`,
              `${t('closed')} ${line.closed} / ${line.filed} ${t('filed')}`,
              `${t('overtime')} ${line.overtime} / ${line.received}`
            ],
            `${t('townFormula')} ${asOf}`
          )
          : ''
      }
    },
    xAxis: {
      type: 'value',
      minInterval: 1,
      axisLabel: { ...letter(letters), hideOverlap: true },
      splitLine: { lineStyle: { color: grid } }
    },
    yAxis: {
      type: 'category',
      data: shown.map(l => l.name),
      axisLabel: { ...letter(letters), interval: 0, width: letters * 8.5, overflow: 'truncate' },
      axisTick: { show: false }
    },
    series: [
      { name: t('closed'), type: 'bar', stack: 'all', barWidth: '42%', barGap: '8%', color: closedColour, data: shown.map(l => l.closed) },
      {
        name: t('rest'),
        type: 'bar',
        stack: 'all',
        color: restColour,
        data: shown.map(l => Math.max(0, l.received - l.closed)),
        label: {
          show: true,
          position: 'right',
          ...letter(letters),
          rich: { late: { fontSize: letters, color: colours.warn, fontWeight: 'bold' } },
          formatter: ({ dataIndex }: { dataIndex: number }) => ofLine(shown[dataIndex], late)
        }
      },
      { name: t('overtime'), type: 'bar', barWidth: '24%', color: colours.warn, data: shown.map(l => l.overtime) }
    ]
  }), [shown, t, asOf, late])
  const [list, pick] = usePicked()
  const open = (point: number, series: number | null): void => {
    const line = shown[point]
    const [figure, word] = rankingSeries[series ?? 1] ?? rankingSeries[1]
    if (line && line.others === 0 && lists) {
      pick({ title: `${line.name} ${t(word)} ${line[figure]}`, figure, filter: { ...lists.filter, ...lists.of(line.key) } })
    }
  }
  return (
    <>
      <Chart
        option={option}
        points={shown.length}
        {...(lists ? { onPick: open } : {})}
        {...(height === undefined ? {} : { height })}
        label={`${label}: ${shown.toReversed().map(l => `${l.name} ${l.received}, ${t('closed')} ${l.closed}, ` +
          `${t('overtime')} ${l.overtime}`).join('; ')}`}
      />
      {list}
    </>
  )
}

/** Fourteen days: received and closed. */
export function DaysChart ({ days, lists, height }: { days: Wall['days'], lists: boolean, height?: number | string }): ReactNode {
  const { t } = useTranslation('wall')
  const option = useCallback((letters: number): EChartsCoreOption => ({
    ...frame(letters, letters),
    tooltip: {
      trigger: 'axis',
      confine: true,
      textStyle: { fontSize: letters },
      formatter: (points: unknown) => {
        const day = days[(points as Array<{ dataIndex: number }>)[0]?.dataIndex ?? -1]
        return day ? told(day.day, [`${t('received')} ${day.received}`, `${t('closed')} ${day.closed}`], t('daysFormula')) : ''
      }
    },
    xAxis: { type: 'category', data: days.map(d => d.day.slice(5)), axisLabel: { ...letter(letters), hideOverlap: true } },
    yAxis: { type: 'value', minInterval: 1, axisLabel: letter(letters), splitLine: { lineStyle: { color: grid } } },
    series: [
      { name: t('received'), type: 'bar', color: restColour, data: days.map(d => d.received) },
      {
        name: t('closed'),
        type: 'line',
        color: '#1c6e3d',
        lineStyle: { width: Math.max(2, letters / 6) },
        symbolSize: letters / 2,
        data: days.map(d => d.closed)
      }
    ]
  }), [days, t])
  const [list, pick] = usePicked()
  const open = (point: number, series: number | null): void => {
    const day = days[point]
    if (!day) return
    const from = fromLocal(day.day)
    const filter = { from, to: local(from).add(1, 'day').toISOString() }
    const title = `${day.day} ${t(series === 1 ? 'closed' : 'received')} ${series === 1 ? day.closed : day.received}`
    pick({ title, figure: series === 1 ? 'closedInSpan' : 'received', filter })
  }
  return (
    <>
      <Chart
        option={option}
        points={days.length}
        {...(lists ? { onPick: open } : {})}
        {...(height === undefined ? {} : { height })}
        label={`${t('days')}: ${days.map(d => `${d.day} ${d.received}/${d.closed}`).join('; ')}`}
      />
      {list}
    </>
  )
}
