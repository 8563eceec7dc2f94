import { channel } from 'node:diagnostics_channel'
import type { ServerResponse } from 'node:http'
import type { Clock } from '../domain/time/clock.ts'
import { bind } from '../domain/bind.ts'
import type { Actor } from '../domain/people/roles.ts'
import type { Feed, FeedAudience, PublishedEvent } from '../feed/feed.ts'

/**
 * Whether a person may see an event: one who meets any of its conditions. Nobody sees an event without a condition:
 * a forgotten audience must not mean everybody.
 */
export function maySee (actor: Actor, { roles, handlers, operators, verifiersBut, never, own, extension }: FeedAudience): boolean {
  const within = (units: readonly string[] | undefined): boolean => units !== undefined && actor.unitId !== null &&
    units.includes(actor.unitId)
  if (within(never)) return false
  // A login may be spelled like somebody's extension.
  if (extension !== undefined && extension === actor.extension) return true
  if (own?.login === actor.id && own.roles.some(role => actor.roles.includes(role))) return true
  if (within(handlers) && actor.roles.includes('HANDLER')) return true
  if (within(operators) && actor.roles.includes('SUBCENTRE_OPERATOR')) return true
  if (verifiersBut && actor.roles.includes('VERIFIER') && !within(verifiersBut)) return true
  return roles?.some(role => actor.roles.includes(role)) ?? false
}

/** Called each time an event is encoded, so that a test can count that it happens once per event. */
export const encodings = channel('liandong:feed-encoded')

/** An event as it travels. `data` is one line: JSON escapes line feeds. */
function encode ({ id, topic, subject, at, data }: PublishedEvent): Buffer {
  if (encodings.hasSubscribers) encodings.publish({ id })
  const body = JSON.stringify({ id, topic, subject, at, data })
  return Buffer.from(id === null ? `data: ${body}\n\n` : `id: ${id}\ndata: ${body}\n\n`)
}

const bytesOfEvent = new WeakMap<PublishedEvent, Buffer>()

/** The events as they travel, one after another. An event is encoded once, also for a client that hears it a little later. */
function bytesOf (events: PublishedEvent[]): Buffer {
  return Buffer.concat(events.map(event => {
    const bytes = bytesOfEvent.get(event) ?? encode(event)
    bytesOfEvent.set(event, bytes)
    return bytes
  }))
}

/** Events are gathered for this long before they are written to all; the delay is at most this, ms. */
const gatherMs = 25
/** Most events sent again after a gap; beyond it the page is told to reload. */
const resumeLimit = 2000

export interface FeedClientsOptions {
  feed: Feed
  clock: Clock
  /** bytes waiting for one client before it is dropped; it comes back with Last-Event-ID */
  bufferLimit?: number
}

/** The feed's actor now, and until when; null: the session or token is over. */
export type WhoNow = () => Promise<{ actor: Actor, until: Date | null } | null>

interface Client {
  actor: Actor
  response: ServerResponse
  whoNow: WhoNow
  /** the session ends then, if it has not been used since */
  until: Date | null
  /** a running check of the actor; events wait for its answer */
  checking: Promise<void> | null
  /** a check was asked for meanwhile: the running one may be out of date */
  again: boolean
  /** events up to here were sent or never wanted; null until the past has been sent */
  sentTo: number | null
  /** events that came while the past was being sent */
  held: PublishedEvent[]
}

/** Everybody who listens to the feed in this process. Each event is encoded once for all listeners. */
export interface FeedClients {
  /** Sends the past after `lastId`, if given, then everything new. Ends when the client goes. */
  add: (
    listener: { actor: Actor, until: Date | null, whoNow: WhoNow, response: ServerResponse }, lastId: number | null,
    newestId: () => Promise<number>
  ) => Promise<void>
  count: (login?: string) => number
  /** Somebody's rights may have changed: every client is checked again before its next event. */
  checkAll: () => void
  /** Writes a comment to each client, after checking its actor again. */
  keepAlive: () => Promise<void>
  /** Ends the oldest feed of the login that has most, where that is more than `than`. @returns whether there was one */
  makeRoom: (than: number) => boolean
  close: () => void
}

/** Who listens, and the events of this moment. */
interface Listening extends Required<FeedClientsOptions> {
  clients: Set<Client>
  gathered: PublishedEvent[]
  /** until the gathered events are written */
  timer: NodeJS.Timeout | undefined
  /** ms of performance.now() */
  flushedAt: number
}

export function createFeedClients ({ feed, clock, bufferLimit = 1024 * 1024 }: FeedClientsOptions): FeedClients {
  const state: Listening = { feed, clock, bufferLimit, clients: new Set(), gathered: [], timer: undefined, flushedAt: 0 }
  const unsubscribe = feed.subscribe(event => {
    state.gathered.push(event)
    // After a pause the first event goes out at once; in a busy time events that come together go out together.
    state.timer ??= setTimeout(flush, Math.max(0, state.flushedAt + gatherMs - performance.now()), state)
  })
  return {
    ...bind(state, { add, count, checkAll, keepAlive, makeRoom }),
    close () {
      unsubscribe()
      clearTimeout(state.timer)
      for (const client of state.clients) client.response.end()
      state.clients.clear()
    }
  }
}

async function add (
  state: Listening, { response, ...listener }: Parameters<FeedClients['add']>[0], lastId: number | null, newestId: () => Promise<number>
): Promise<void> {
  const client: Client = { ...listener, response, checking: null, again: false, sentTo: null, held: [] }
  state.clients.add(client)
  response.on('close', () => { state.clients.delete(client) })
  response.on('error', () => { drop(state, client) })
  try {
    await begin(state, client, lastId, newestId)
  } catch (error) {
    drop(state, client)
    throw error
  }
}

function count ({ clients }: Listening, login?: string): number {
  return login === undefined ? clients.size : [...clients].filter(client => client.actor.id === login).length
}

function checkAll (state: Listening): void {
  for (const client of state.clients) check(state, client)
}

async function keepAlive (state: Listening): Promise<void> {
  for (const client of [...state.clients]) {
    check(state, client)
    await client.checking
    if (state.clients.has(client)) send(state, client, ': still here\n\n')
  }
}

function makeRoom (state: Listening, than: number): boolean {
  const byLogin = Map.groupBy(state.clients, client => client.actor.id)
  const most = [...byLogin.values()].reduce<Client[]>((a, b) => b.length > a.length ? b : a, [])
  const [oldest] = most
  if (!oldest || most.length <= than) return false
  drop(state, oldest)
  return true
}

function drop (state: Listening, client: Client): void {
  state.clients.delete(client)
  client.response.destroy()
}

function send (state: Listening, client: Client, bytes: Buffer | string): void {
  // The backlog is judged before more is added: a lot at once is no fault of the client.
  if (client.response.destroyed || client.response.writableLength > state.bufferLimit) drop(state, client)
  else client.response.write(bytes)
}

const wants = (client: Client, event: PublishedEvent): boolean =>
  (event.id === null || event.id > (client.sentTo ?? 0)) && maySee(client.actor, event.audience)

function flush (state: Listening): void {
  state.timer = undefined
  state.flushedAt = performance.now()
  const events = state.gathered
  state.gathered = []
  const numbered = events.map((event, number) => ({ event, number }))
  // Clients who see the same events of this moment share one buffer.
  const shared = new Map<string, Buffer>()
  const now = state.clock.now()
  for (const client of state.clients) {
    if (client.until !== null && client.until <= now) check(state, client)
    if (client.sentTo === null || client.checking !== null) {
      client.held.push(...events)
      if (client.held.length > resumeLimit) drop(state, client)
      continue
    }
    const seen = numbered.filter(({ event }) => wants(client, event))
    client.sentTo = events.reduce((newest, event) => Math.max(newest, event.id ?? 0), client.sentTo)
    if (seen.length === 0) continue
    const key = seen.map(({ number }) => number).join()
    let bytes = shared.get(key)
    if (!bytes) {
      bytes = bytesOf(seen.map(({ event }) => event))
      shared.set(key, bytes)
    }
    send(state, client, bytes)
  }
}

function end (state: Listening, client: Client): void {
  state.clients.delete(client)
  client.response.end()
}

function tellHeld (state: Listening, client: Client, told: number): void {
  const held = client.held.filter(event => wants(client, event))
  client.sentTo = client.held.reduce((newest, event) => Math.max(newest, event.id ?? 0), told)
  client.held = []
  if (held.length > 0) send(state, client, bytesOf(held))
}

/** Checks a client's actor again. Events of that time are held for the client; it gets them, or is ended. */
function check (state: Listening, client: Client): void {
  client.again = true
  client.checking ??= (async () => {
    let who: Awaited<ReturnType<WhoNow>> = null
    try {
      while (client.again) {
        client.again = false
        who = await client.whoNow()
      }
    } catch {
      // It cannot be known just now: the client comes back with Last-Event-ID.
      who = null
    }
    client.checking = null
    if (!state.clients.has(client)) return
    if (who === null) { end(state, client); return }
    const before = JSON.stringify(client.actor)
    client.actor = who.actor
    client.until = who.until
    if (JSON.stringify(client.actor) !== before) send(state, client, 'event: access\ndata: {}\n\n')
    if (client.sentTo !== null) tellHeld(state, client, client.sentTo)
  })()
}

/** @returns the last id sent of the past, or null when the gap is too wide */
async function tellPast (state: Listening, client: Client, lastId: number): Promise<number | null> {
  let told = lastId
  for (let count = 0; count < resumeLimit;) {
    const events = await state.feed.since(told, 500)
    if (client.checking) await client.checking
    if (!state.clients.has(client)) return told
    const seen = events.filter(event => maySee(client.actor, event.audience))
    if (seen.length > 0) send(state, client, bytesOf(seen))
    told = events.at(-1)?.id ?? told
    count += events.length
    if (events.length < 500) return told
  }
  return null
}

async function begin (state: Listening, client: Client, lastId: number | null, newestId: () => Promise<number>): Promise<void> {
  let told = lastId === null ? null : await tellPast(state, client, lastId)
  // An id from before a new numbering (a fresh or restored database) would never be reached again.
  if (told === null || (told === lastId && told > await newestId())) {
    told = await newestId()
    // `hello`: you hear everything after this id, so load what you show now. `reset`: you missed too much, reload.
    send(state, client, `event: ${lastId === null ? 'hello' : 'reset'}\nid: ${told}\ndata: {}\n\n`)
  }
  if (client.checking) await client.checking
  client.sentTo = told
  if (client.checking === null) tellHeld(state, client, told)
}
