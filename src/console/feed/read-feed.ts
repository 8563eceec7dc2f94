import { EventSourceParserStream, type EventSourceMessage } from 'eventsource-parser/stream'
import { backOff } from '../phone/telephone/back-off.ts'

/** ms without a byte, comments included, after which a connection counts as dead; the service writes every 15 s */
const silentFor = 40_000
/** ms until a new connection after the service ended a feed; random, so that not all pages come at once */
const soon = (): number => 200 + Math.random() * 600
/** ms between two tries without a session: it may have been renewed in another browser tab */
const lookAgain = 30_000

export interface FeedReader {
  /** false: the connection is lost and tried again */
  online: (online: boolean) => void
  /** the service knows no session; settles when there may be one again */
  signedOut: () => Promise<void>
  event: (message: EventSourceMessage) => void
}

/** ms; a connection that ends sooner counts as refused */
const tooShort = 5000

/** The end of one connection: status, 0 without an answer; ms the service asks to wait; whether the service ended it. */
interface Answer { status: number, wait: number, ended: boolean }

const pause = async (ms: number, signal: AbortSignal): Promise<void> => {
  await new Promise<void>(resolve => {
    const go = (): void => {
      clearTimeout(timer)
      removeEventListener('online', go)
      signal.removeEventListener('abort', go)
      resolve()
    }
    const timer = setTimeout(go, ms)
    // The network is back: try at once.
    addEventListener('online', go)
    signal.addEventListener('abort', go)
  })
}

/**
 * Reads `GET /api/feed` until `signal`. Without a session it waits for a new one; after any other end it connects again.
 */
export async function readFeed ({ online, signedOut, event }: FeedReader, signal: AbortSignal): Promise<void> {
  let last: string | null = null
  let tried = 0
  const hear = (message: EventSourceMessage): void => {
    if (message.id !== undefined) last = message.id
    event(message)
  }
  while (!signal.aborted) {
    let openedAt = Infinity
    const { status, wait, ended } = await connect(last, signal, hear, () => { openedAt = Date.now(); online(true) })
    if (signal.aborted) return
    if (status === 401) {
      await Promise.race([signedOut(), pause(lookAgain, signal)])
      await pause(soon(), signal)
      tried = 0
      continue
    }
    const lasted = Date.now() - openedAt > tooShort
    if (lasted) tried = 0
    // The service ends a feed when its session has ended; the next answer says so.
    if (!ended) online(false)
    await pause(ended && lasted ? soon() : Math.max(wait, backOff(tried++)), signal)
  }
}

/** One connection, until it ends. */
async function connect (
  last: string | null, signal: AbortSignal, hear: (message: EventSourceMessage) => void, opened: () => void
): Promise<Answer> {
  const over = new AbortController()
  let watch = setTimeout(() => { over.abort() }, silentFor)
  let status = 0
  try {
    const response = await fetch('/api/feed', {
      headers: { accept: 'text/event-stream', ...(last === null ? {} : { 'last-event-id': last }) },
      cache: 'no-store',
      signal: AbortSignal.any([signal, over.signal])
    })
    status = response.status
    if (!response.ok || response.body === null) {
      await response.body?.cancel()
      return { status, wait: Number(response.headers.get('retry-after') ?? 0) * 1000, ended: false }
    }
    opened()
    const alive = new TransformStream<Uint8Array<ArrayBuffer>, Uint8Array<ArrayBuffer>>({
      transform (bytes, controller) {
        clearTimeout(watch)
        watch = setTimeout(() => { over.abort() }, silentFor)
        controller.enqueue(bytes)
      }
    })
    const events = response.body.pipeThrough(alive).pipeThrough(new TextDecoderStream()).pipeThrough(
      new EventSourceParserStream()
    ).getReader()
    for (;;) {
      const { done, value } = await events.read()
      if (done) return { status, wait: 0, ended: true }
      hear(value)
    }
  } catch {
    return { status: status === 200 ? 0 : status, wait: 0, ended: false }
  } finally {
    clearTimeout(watch)
    over.abort()
  }
}
