import { useEffect, useRef, useSyncExternalStore } from 'react'
import { isSignedIn, recheckRights, untilSignedIn } from '../api/client.ts'
import { inOneTab } from './one-tab.ts'
import { readFeed } from './read-feed.ts'

/** An event of the feed: `topic` is dotted, `subject` the id of its order, call, agent … */
export interface FeedEvent { id: number | null, topic: string, subject: string, at: string, data: Record<string, unknown> }

type Hear = (event: FeedEvent) => void
type Message = { kind: 'event', event: FeedEvent } | { kind: 'online', online: boolean } | { kind: 'who-am-i' | 'what-may-i' | 'how-is-it' }

/** Topic told to listeners when events may have been missed: they read again what they show. */
export const resync = 'feed.resync'

const listeners = new Set<Hear>()
const onlineListeners = new Set<() => void>()
const channel = new BroadcastChannel('liandong-feed')
let online = true
let reading = false

function setOnline (now: boolean): void {
  if (online === now) return
  online = now
  for (const tell of onlineListeners) tell()
}

const deliver = (event: FeedEvent): void => { for (const hear of listeners) hear(event) }
const say = (message: Message): void => { channel.postMessage(message) }

channel.onmessage = ({ data }: MessageEvent<Message>) => {
  switch (data.kind) {
    case 'event': return deliver(data.event)
    case 'online': return setOnline(data.online)
    case 'who-am-i': void isSignedIn(); return
    case 'what-may-i': void recheckRights(); return
    // A tab that was opened later does not know the state yet.
    case 'how-is-it': if (reading) say({ kind: 'online', online })
  }
}

/**
 * Reads the feed of the signed-in person. One tab reads for all tabs: browsers allow six such connections, and people open more tabs.
 * @returns what ends it
 */
export function startFeed (): () => void {
  const over = new AbortController()
  say({ kind: 'how-is-it' })
  void inOneTab('liandong-feed', over.signal, async signal => {
    reading = true
    await readFeed({
      online (now) {
        setOnline(now)
        say({ kind: 'online', online: now })
        if (!now) return
        void recheckRights()
        say({ kind: 'what-may-i' })
      },
      async signedOut () {
        if (await isSignedIn()) return
        say({ kind: 'who-am-i' })
        await untilSignedIn()
      },
      event ({ event, data }) {
        if (event === 'access') {
          void isSignedIn()
          say({ kind: 'who-am-i' })
          return
        }
        const told: FeedEvent = event === 'hello' || event === 'reset'
          ? { id: null, topic: resync, subject: '', at: new Date().toISOString(), data: {} }
          : JSON.parse(data) as FeedEvent
        deliver(told)
        say({ kind: 'event', event: told })
      }
    }, signal)
    reading = false
  })
  return () => { over.abort() }
}

/** Calls `hear` for every event whose topic begins with one of `topics`, and with `resync` when events may have been missed. */
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

/** Whether the feed is connected. */
export function useOnline (): boolean {
  return useSyncExternalStore(tell => {
    onlineListeners.add(tell)
    return () => { onlineListeners.delete(tell) }
  }, () => online)
}
