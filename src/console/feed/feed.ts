import { useEffect, useRef, useSyncExternalStore } from 'react'

/** What the feed says: `topic` is dotted, `subject` the id of the thing it is about. */
export interface FeedEvent { id: number | null, topic: string, subject: string, at: string, data: Record<string, unknown> }

type Hear = (event: FeedEvent) => void
type Message = { kind: 'event', event: FeedEvent } | { kind: 'online', online: boolean }

/** Told to listeners when something may have been missed: load what you show anew. */
export const resync = 'feed.resync'

const listeners = new Set<Hear>()
const onlineListeners = new Set<() => void>()
const channel = new BroadcastChannel('liandong-feed')
let online = true
let started = false

function setOnline (now: boolean): void {
  if (online === now) return
  online = now
  for (const tell of onlineListeners) tell()
}

const deliver = (event: FeedEvent): void => { for (const hear of listeners) hear(event) }

channel.onmessage = ({ data }: MessageEvent<Message>) => {
  if (data.kind === 'event') deliver(data.event)
  if (data.kind === 'online') setOnline(data.online)
}

/** The tab that holds the lock reads the feed for all tabs: browsers allow six such connections, people open more tabs. */
async function lead (): Promise<void> {
  await navigator.locks.request('liandong-feed', async () => {
    const source = new EventSource('/api/feed')
    const say = (message: Message): void => { channel.postMessage(message) }
    source.onopen = () => { setOnline(true); say({ kind: 'online', online: true }) }
    source.onerror = () => { setOnline(false); say({ kind: 'online', online: false }) }
    const tell = (event: FeedEvent): void => {
      deliver(event)
      say({ kind: 'event', event })
    }
    source.onmessage = ({ data }: MessageEvent<string>) => { tell(JSON.parse(data) as FeedEvent) }
    for (const name of ['hello', 'reset']) {
      source.addEventListener(name, () => { tell({ id: null, topic: resync, subject: '', at: new Date().toISOString(), data: {} }) })
    }
    // Held until the tab closes; then the lock, and with it the feed, passes to another tab.
    await new Promise(() => {})
  })
}

/** Begins reading; once, after signing in. */
export function startFeed (): void {
  if (started) return
  started = true
  void lead()
}

/** Calls `hear` for every event whose topic begins with one of `topics`, and when something may have been missed. */
export function useFeed (topics: readonly string[], hear: Hear): void {
  const latest = useRef(hear)
  useEffect(() => { latest.current = hear })
  const key = topics.join(' ')
  useEffect(() => {
    const wanted = key.split(' ')
    const listen: Hear = event => { if (event.topic === resync || wanted.some(t => event.topic.startsWith(t))) latest.current(event) }
    listeners.add(listen)
    return () => { listeners.delete(listen) }
  }, [key])
}

/** Whether the feed is connected; false shows the bar that says so. */
export function useOnline (): boolean {
  return useSyncExternalStore(tell => {
    onlineListeners.add(tell)
    return () => { onlineListeners.delete(tell) }
  }, () => online)
}
