import { Readable } from 'node:stream'
import type { Static, TSchema } from 'typebox'
import { bind } from '../domain/bind.ts'
import { DomainError } from '../domain/errors.ts'
import { readJson } from '../domain/text/json-text.ts'
import {
  recordingName, ReportSchema, ShippedSchema, SizesSchema, SoundsSchema, type NodeReport, type Shipped, type Sounds
} from './node-contract.ts'

/** A sound of a PBX, read when it is asked for; not read within half a minute it is gone. */
export interface NodeSound { bytes: number, stream: () => Readable }

/** The door of the node process beside a PBX. Every call rejects `node-unavailable` when it does not answer in time. */
export interface NodeDoor {
  /** carries what is in the PBX's journal file now */
  ship: () => Promise<Shipped>
  /** null: there is none of that name, or no sound in it */
  recording: (name: string) => Promise<NodeSound | null>
  /** bytes of each, 0 for one that is not there; null: the folder is away */
  sizes: (names: readonly string[]) => Promise<number[] | null>
  /** the fixed sentences by name; null: the PBX's sounds are kept by others */
  sounds: () => Promise<Sounds>
  sound: (name: string) => Promise<NodeSound | null>
  hasSpoken: (name: string) => Promise<boolean>
  /** @throws DomainError `speech-unavailable` when the PBX's sounds are kept by others */
  putSpoken: (name: string, sound: Buffer) => Promise<void>
  state: () => Promise<NodeReport>
}

export interface DoorSetting { host: string, port: number, secret: string }

/** ms; carrying a journal of many megabytes takes its time, everything else is small */
const shipMs = 30_000
const askMs = 5000
const putMs = 15_000
/** A sound that stops coming for so long is broken off. ms */
const stalledMs = 30_000

interface Door { node: string, url: string, authorization: string }

export function createNodeDoorClient (node: string, { host, port, secret }: DoorSetting): NodeDoor {
  const door: Door = { node, url: `http://${host.includes(':') ? `[${host}]` : host}:${port}`, authorization: `Bearer ${secret}` }
  return bind(door, { ship, recording, sizes, sounds, sound, hasSpoken, putSpoken, state })
}

const unavailable = ({ node }: Door, why: string): DomainError =>
  new DomainError('node-unavailable', 'the process beside the telephone system cannot be reached just now', { node, why })

interface Asked { method?: 'GET' | 'HEAD' | 'POST' | 'PUT', body?: string | Buffer, type?: string, signal: AbortSignal }

/** An answer below 500; 401 is no answer to what was asked. */
async function ask (door: Door, path: string, { method = 'GET', body, type, signal }: Asked): Promise<Response> {
  let answer
  try {
    answer = await fetch(door.url + path, {
      method,
      signal,
      headers: { authorization: door.authorization, ...(type === undefined ? {} : { 'content-type': type }) },
      ...(body === undefined ? {} : { body: typeof body === 'string' ? body : new Uint8Array(body) })
    })
  } catch (error) {
    throw unavailable(door, error instanceof Error && error.name === 'TimeoutError' ? 'silent' : 'unreachable')
  }
  if (answer.ok || answer.status === 404 || answer.status === 409) return answer
  await answer.body?.cancel()
  throw unavailable(door, answer.status === 401 ? 'wrong-secret' : `status-${answer.status}`)
}

async function read<T extends TSchema> (door: Door, schema: T, path: string, asked: Asked): Promise<Static<T>> {
  const answer = await ask(door, path, asked)
  const text = await answer.text().catch(() => { throw unavailable(door, 'silent') })
  try {
    return readJson(text, schema, path)
  } catch {
    throw unavailable(door, 'not-understood')
  }
}

async function hear (door: Door, path: string): Promise<NodeSound | null> {
  const ending = new AbortController()
  let timer = setTimeout(() => { ending.abort() }, askMs)
  const again = (): void => {
    clearTimeout(timer)
    timer = setTimeout(() => { ending.abort() }, stalledMs).unref()
  }
  const answer = await ask(door, path, { signal: ending.signal }).finally(() => { clearTimeout(timer) })
  const bytes = Number(answer.headers.get('content-length'))
  if (answer.status !== 200 || answer.body === null || !(bytes > 0)) {
    await answer.body?.cancel()
    return null
  }
  const { body } = answer
  again()
  async function * chunks (): AsyncGenerator<Uint8Array> {
    try {
      for await (const chunk of body) {
        // How long the listener takes is not the node's silence.
        clearTimeout(timer)
        yield chunk
        again()
      }
    } finally {
      clearTimeout(timer)
    }
  }
  return { bytes, stream: () => Readable.from(chunks(), { objectMode: false }) }
}

const soon = (): AbortSignal => AbortSignal.timeout(askMs)
const json = 'application/json'

async function ship (door: Door): Promise<Shipped> {
  return await read(door, ShippedSchema, '/ship', { method: 'POST', signal: AbortSignal.timeout(shipMs) })
}

async function recording (door: Door, name: string): Promise<NodeSound | null> {
  return recordingName.test(name) ? await hear(door, `/recordings/${name}`) : null
}

async function sizes (door: Door, names: readonly string[]): Promise<number[] | null> {
  const { sizes } = await read(door, SizesSchema, '/recordings/sizes',
    { method: 'POST', body: JSON.stringify({ names }), type: json, signal: soon() })
  if (sizes !== null && sizes.length !== names.length) throw unavailable(door, 'not-understood')
  return sizes
}

async function sounds (door: Door): Promise<Sounds> {
  return (await read(door, SoundsSchema, '/sounds', { signal: soon() })).sounds
}

async function sound (door: Door, name: string): Promise<NodeSound | null> {
  return await hear(door, `/sounds/${name}`)
}

async function hasSpoken (door: Door, name: string): Promise<boolean> {
  return (await ask(door, `/sounds/spoken/${name}`, { method: 'HEAD', signal: soon() })).status === 200
}

async function putSpoken (door: Door, name: string, sound: Buffer): Promise<void> {
  const { status } = await ask(door, `/sounds/spoken/${name}`,
    { method: 'PUT', body: sound, type: 'audio/wav', signal: AbortSignal.timeout(putMs) })
  if (status === 409) throw new DomainError('speech-unavailable', 'the prompts of this PBX are not managed by the service')
}

async function state (door: Door): Promise<NodeReport> {
  return await read(door, ReportSchema, '/state', { signal: soon() })
}
