import type { EChartsCoreOption, EChartsType } from 'echarts/core'
import { useEffect, useRef, useState, type KeyboardEvent, type ReactNode } from 'react'

/** Loaded with the first chart: half of the desks have none. */
const loadCharts = async (): Promise<typeof import('./chart-parts.ts')> => await import('./chart-parts.ts')

/** Type grows with the chart: on a wall it is read from across the room. */
const lettersFor = (height: number): number => Math.round(Math.max(13, Math.min(40, height / 29)))

export interface ChartProps {
  /** builds the option for a size of type, in pixels */
  option: (letters: number) => EChartsCoreOption
  /** the chart in words, for people who cannot see it */
  label: string
  /** number of points that arrow keys go through; each shows its figures and their formula */
  points: number
  /** a point was clicked, or Enter pressed on it; `series` by its place in the option, null by keyboard */
  onPick?: (point: number, series: number | null) => void
  height?: number | string
}

/** A chart that follows the size of its place. Arrow keys show what the mouse shows when it rests on a point. */
export function Chart ({ option, label, points, onPick, height = '100%' }: ChartProps): ReactNode {
  const place = useRef<HTMLDivElement>(null)
  const chart = useRef<EChartsType | null>(null)
  const at = useRef(-1)
  const [letters, setLetters] = useState(13)
  const latest = useRef(option(letters))
  const picked = useRef(onPick)
  useEffect(() => { picked.current = onPick })
  useEffect(() => {
    let gone = false
    const box = place.current
    if (!box) return
    const watcher = new ResizeObserver(() => {
      setLetters(lettersFor(box.clientHeight))
      chart.current?.resize()
    })
    watcher.observe(box)
    void loadCharts().then(({ init }) => {
      if (gone) return
      chart.current = init(box)
      chart.current.setOption(latest.current)
      chart.current.on('click', ({ dataIndex, seriesIndex }) => {
        if (typeof dataIndex === 'number') picked.current?.(dataIndex, seriesIndex ?? null)
      })
    })
    return () => {
      gone = true
      watcher.disconnect()
      chart.current?.dispose()
      chart.current = null
    }
  }, [])
  useEffect(() => {
    latest.current = option(letters)
    chart.current?.setOption(latest.current, { notMerge: true })
  }, [option, letters])

  const show = (point: number): void => {
    at.current = Math.max(0, Math.min(points - 1, point))
    chart.current?.dispatchAction({ type: 'showTip', seriesIndex: 0, dataIndex: at.current })
  }
  const hide = (): void => { chart.current?.dispatchAction({ type: 'hideTip' }) }
  function press (event: KeyboardEvent): void {
    const step = { ArrowDown: 1, ArrowRight: 1, ArrowUp: -1, ArrowLeft: -1 }[event.key]
    if (event.key === 'Escape') hide()
    if (event.key === 'Enter' && at.current >= 0) onPick?.(at.current, null)
    if (step === undefined) return
    event.preventDefault()
    show(at.current + step)
  }
  return (
    <div
      ref={place}
      className='chart'
      role='img'
      aria-label={label}
      tabIndex={0}
      onFocus={e => { if (e.target.matches(':focus-visible')) show(Math.max(0, at.current)) }}
      onBlur={hide}
      onKeyDown={press}
      style={{ height, width: '100%' }}
    />
  )
}
