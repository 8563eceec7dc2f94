import type { EChartsCoreOption } from 'echarts/core'
import { useMemo, type ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { colours } from '../../theme.ts'
import type { Board, Wall } from './boards.ts'
import { Chart } from './chart.tsx'

const text = { fontSize: 14, color: '#17242b' }

/** Orders by town: closed, open in time, overtime; hovering says how it is counted. */
export function TownChart ({ lines, asOf, height }: { lines: Board['byTown'], asOf: string, height?: number | string }): ReactNode {
  const { t } = useTranslation('wall')
  const shown = useMemo(() => lines.filter(l => l.key !== null || l.received > 0).reverse(), [lines])
  const option = useMemo((): EChartsCoreOption => ({
    animation: false,
    textStyle: text,
    grid: { left: 8, right: 48, top: 34, bottom: 4, containLabel: true },
    legend: { top: 0, left: 0, textStyle: text, itemWidth: 16 },
    tooltip: {
      trigger: 'axis',
      axisPointer: { type: 'shadow' },
      confine: true,
      formatter: (points: unknown) => {
        const line = shown[(points as Array<{ dataIndex: number }>)[0]?.dataIndex ?? -1]
        if (!line) return ''
        return `<b>${line.name}</b><br>${t('received')} ${line.received}<br>${t('closed')} ${line.closed} / ${line.filed}<br>${t('overtime')} ${line.overtime} / ${line.received}<br><span style="color:${colours.muted}">${t('townFormula')}<br>${asOf}</span>`
      }
    },
    xAxis: { type: 'value', minInterval: 1, axisLabel: text, splitLine: { lineStyle: { color: '#e7ecee' } } },
    yAxis: { type: 'category', data: shown.map(l => l.name), axisLabel: text, axisTick: { show: false } },
    series: [
      { name: t('closed'), type: 'bar', stack: 'all', barWidth: 9, barGap: '10%', color: '#4d9467', data: shown.map(l => l.closed) },
      { name: t('rest'), type: 'bar', stack: 'all', barWidth: 9, color: '#9db4bf', data: shown.map(l => Math.max(0, l.received - l.closed)) },
      { name: t('overtime'), type: 'bar', barWidth: 6, color: colours.warn, data: shown.map(l => l.overtime), label: { show: true, position: 'right', formatter: ({ value }: { value: number }) => value > 0 ? String(value) : '', ...text } }
    ]
  }), [shown, t, asOf])
  return <Chart option={option} height={height ?? '100%'} label={`${t('byTown')}: ${shown.map(l => `${l.name} ${l.received}, ${t('closed')} ${l.closed}, ${t('overtime')} ${l.overtime}`).join('; ')}`} />
}

/** Fourteen days: received and closed. */
export function DaysChart ({ days, height }: { days: Wall['days'], height?: number | string }): ReactNode {
  const { t } = useTranslation('wall')
  const option = useMemo((): EChartsCoreOption => ({
    animation: false,
    textStyle: text,
    grid: { left: 8, right: 12, top: 34, bottom: 4, containLabel: true },
    legend: { top: 0, left: 0, textStyle: text, itemWidth: 16 },
    tooltip: {
      trigger: 'axis',
      confine: true,
      formatter: (points: unknown) => {
        const day = days[(points as Array<{ dataIndex: number }>)[0]?.dataIndex ?? -1]
        return day ? `<b>${day.day}</b><br>${t('received')} ${day.received}<br>${t('closed')} ${day.closed}<br><span style="color:${colours.muted}">${t('daysFormula')}</span>` : ''
      }
    },
    xAxis: { type: 'category', data: days.map(d => d.day.slice(5)), axisLabel: text },
    yAxis: { type: 'value', minInterval: 1, axisLabel: text, splitLine: { lineStyle: { color: '#e7ecee' } } },
    series: [
      { name: t('received'), type: 'bar', color: '#9db4bf', data: days.map(d => d.received) },
      { name: t('closed'), type: 'line', color: '#1c6e3d', symbolSize: 7, data: days.map(d => d.closed) }
    ]
  }), [days, t])
  return <Chart option={option} height={height ?? '100%'} label={`${t('days')}: ${days.map(d => `${d.day} ${d.received}/${d.closed}`).join('; ')}`} />
}
