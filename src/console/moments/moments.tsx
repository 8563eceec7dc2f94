import { useEffect, useState, useSyncExternalStore, type ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { now } from './now.ts'
import { local } from './zone.ts'

const tellers = new Set<() => void>()
let shownNow = now()
let timer: ReturnType<typeof setInterval> | undefined

/** One clock for the whole page: it ticks every second while a component uses it. */
function subscribe (tell: () => void): () => void {
  tellers.add(tell)
  timer ??= setInterval(() => {
    shownNow = now()
    for (const t of tellers) t()
  }, 1000)
  return () => {
    tellers.delete(tell)
    if (tellers.size > 0) return
    clearInterval(timer)
    timer = undefined
  }
}

/** Milliseconds since 1970, at most a second old. */
export const useNow = (): number => useSyncExternalStore(subscribe, () => shownNow)

const two = (n: number): string => String(n).padStart(2, '0')

/** A duration in ms as `3:07` or `1:02:09`. */
export function duration (ms: number): string {
  const s = Math.max(0, Math.floor(ms / 1000))
  const h = Math.floor(s / 3600)
  return h > 0 ? `${h}:${two(Math.floor(s / 60) % 60)}:${two(s % 60)}` : `${Math.floor(s / 60)}:${two(s % 60)}`
}

/** Today `14:05`, else `11-21 14:05`, of another year `2024-11-21 14:05`; in the district's time zone. */
export function moment (iso: string | null): string {
  if (iso === null) return ''
  const at = local(iso)
  const today = local(now())
  if (!at.isSame(today, 'year')) return at.format('YYYY-MM-DD HH:mm')
  return at.format(at.isSame(today, 'day') ? 'HH:mm' : 'MM-DD HH:mm')
}

/** The beginning of the district's today, as the API takes it. */
export const today = (): string => local(now()).startOf('day').toISOString()

/** The end of the district's today, as the API takes it. */
export const tomorrow = (): string => local(now()).add(1, 'day').startOf('day').toISOString()

/** Counts up from a moment. */
export function Since ({ at }: { at: number }): ReactNode {
  return <span className='tabular'>{duration(useNow() - at)}</span>
}

function span (ms: number, t: (key: string) => string): string {
  const minutes = Math.floor(Math.abs(ms) / 60_000)
  if (minutes < 60) return `${minutes}${t('minutes')}`
  if (minutes < 48 * 60) return `${Math.floor(minutes / 60)}${t('hours')}${two(minutes % 60)}`
  return `${Math.floor(minutes / 1440)}${t('days')}`
}

/** A deadline, live: the time left or overdue. Amber in its last hour, red when overdue. */
export function Due ({ at }: { at: string | null }): ReactNode {
  const { t } = useTranslation('shell')
  const clock = useNow()
  if (at === null) return <span className='muted'>—</span>
  const left = Date.parse(at) - clock
  const tone = left < 0 ? 'late' : left < 3_600_000 ? 'soon' : ''
  return <span className={`tabular due ${tone}`} title={moment(at)}>{left < 0 ? `${t('late')}${span(left, t)}` : span(left, t)}</span>
}

/** The value once it has not changed for `ms`, compared as JSON: for queries while somebody types. */
export function useDebounced<T> (value: T, ms = 350): T {
  const [settled, setSettled] = useState(value)
  const text = JSON.stringify(value)
  useEffect(() => {
    const wait = setTimeout(() => { setSettled(value) }, ms)
    return () => { clearTimeout(wait) }
    // Not by `value`: an object is another one at every rendering.
  }, [text, ms])
  return settled
}
