import type { EChartsCoreOption, EChartsType } from 'echarts/core'
import { useEffect, useRef, type ReactNode } from 'react'

/** Loaded when the first chart is shown: half of the desks have none. */
const loadCharts = async (): Promise<typeof import('./chart-parts.ts')> => await import('./chart-parts.ts')

/** A chart that keeps its size to its place. `label` says in words what it shows, for who cannot see it. */
export function Chart ({ option, label, height = '100%' }: { option: EChartsCoreOption, label: string, height?: number | string }): ReactNode {
  const place = useRef<HTMLDivElement>(null)
  const chart = useRef<EChartsType | null>(null)
  const latest = useRef(option)
  useEffect(() => {
    let gone = false
    const box = place.current
    if (!box) return
    const watcher = new ResizeObserver(() => { chart.current?.resize() })
    void loadCharts().then(({ init }) => {
      if (gone) return
      chart.current = init(box)
      chart.current.setOption(latest.current)
      watcher.observe(box)
    })
    return () => {
      gone = true
      watcher.disconnect()
      chart.current?.dispose()
      chart.current = null
    }
  }, [])
  useEffect(() => {
    latest.current = option
    chart.current?.setOption(option, { notMerge: true })
  }, [option])
  return <div ref={place} role='img' aria-label={label} style={{ height, width: '100%' }} />
}
