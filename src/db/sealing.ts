import { firstKey, type Algorithm, type DataKey } from '../domain/data-key.ts'
import { storedNumber, type PhoneNumber } from '../domain/telephone/phone-number.ts'
import { cipherOf, type KeyedCipher } from './keys/ciphers.ts'
import { headerBytes, headerLength, headerOf } from './keys/rules/header.ts'

/**
 * Citizens' numbers, names and addresses are stored sealed with a keyed fingerprint beside them for finding: a copy of the database alone
 * identifies no complainant. Several keys are read side by side, one writes (docs/decisions/0071).
 */
export interface Sealing {
  seal: (text: string) => Buffer
  /** @throws when the bytes were changed, or sealed under a key that is not at hand */
  open: (sealed: Buffer) => string
  /** @throws as `open`, and when it is no number */
  openNumber: (sealed: Buffer) => PhoneNumber
  sealNumbers: (numbers: readonly PhoneNumber[]) => Buffer
  /** what `sealNumbers` sealed. @throws as `openNumber` */
  openNumbers: (sealed: Buffer) => PhoneNumber[]
  /**
   * For storing: equal texts have equal fingerprints under one key; 32 bytes, with a header 36. `beside`: what it will be compared with;
   * one of these that is this text's, under any key, is answered.
   */
  fingerprint: (text: string, beside?: ReadonlyArray<Buffer | null>) => Buffer
  /** for finding: under each key that may have written it. The first is the installation's own key's, in every process */
  fingerprints: (text: string) => Buffer[]
  /** for what must have one name in every process at any time: under the installation's own key, 32 bytes */
  name: (text: string) => Buffer
}

/** The keys of a process: which are at hand, and which writes. */
export interface KeyRing {
  /** the installation's own key is always at hand */
  hold: (keys: readonly DataKey[]) => void
  /** ids at hand, ascending */
  held: () => number[]
  /** @throws Error for a key that is not at hand */
  writeUnder: (id: number) => void
  writes: () => number
  /** the bytes before each value that the writing key makes; none: it is the first */
  mark: () => Buffer
  /** under the writing key, and under the others */
  prints: (text: string) => { to: Buffer, from: Buffer[] }
  /** from now on the texts that the writing key fingerprints are remembered, until they are taken */
  remember: (on: boolean) => void
  takeFresh: () => string[]
}

interface Held { header: Buffer, algorithm: Algorithm, cipher: KeyedCipher }
interface State { held: Map<number, Held>, writing: Held, writes: number, fresh: Set<string> | null }

/** Texts remembered at most: the others are found row by row. */
const maxFresh = 10_000

const none = Buffer.alloc(0)

/** @param key the installation's own, at least 32 random bytes, kept outside the database */
export function createSealing (key: Buffer): Sealing & KeyRing {
  const first: Held = { header: none, algorithm: 'aes', cipher: cipherOf('aes', key) }
  const state: State = { held: new Map([[firstKey, first]]), writing: first, writes: firstKey, fresh: null }
  const seal = (text: string): Buffer => state.writing.cipher.seal(text, state.writing.header)
  const open = (sealed: Buffer): string => opened(state, first, sealed)
  const fingerprints = (text: string): Buffer[] => [...state.held.values()].map(held => printed(held, text))
  return {
    seal,
    open,
    openNumber: sealed => storedNumber(open(sealed)),
    sealNumbers: numbers => seal(JSON.stringify(numbers)),
    openNumbers (sealed) {
      const numbers: unknown = JSON.parse(open(sealed))
      if (!Array.isArray(numbers)) throw new Error('these are no sealed numbers')
      return numbers.map(number => storedNumber(String(number)))
    },
    fingerprint (text, beside = []) {
      const stands = standing(fingerprints, text, beside)
      if (stands === null && state.fresh !== null && state.fresh.size < maxFresh) state.fresh.add(text)
      return stands ?? printed(state.writing, text)
    },
    fingerprints,
    name: text => printed(first, text),
    hold (keys) {
      state.held = new Map([[firstKey, first], ...keys.map(heldOf).sort(([a], [b]) => a - b)])
      state.writing = state.held.get(state.writes) ?? state.writing
    },
    held: () => [...state.held.keys()],
    writeUnder (id) {
      const writing = state.held.get(id)
      if (writing === undefined) throw new Error(`data key ${id} is not at hand`)
      Object.assign(state, { writing, writes: id })
    },
    writes: () => state.writes,
    mark: () => state.writing.header,
    prints: text => ({
      to: printed(state.writing, text),
      from: [...state.held.values()].filter(held => held !== state.writing).map(held => printed(held, text))
    }),
    remember (on) { state.fresh = on ? state.fresh ?? new Set() : null },
    takeFresh () {
      const texts = [...state.fresh ?? []]
      state.fresh?.clear()
      return texts
    }
  }
}

/** The one of these fingerprints that is this text's. */
function standing (fingerprints: Sealing['fingerprints'], text: string, beside: ReadonlyArray<Buffer | null>): Buffer | null {
  if (!beside.some(one => one !== null)) return null
  const own = fingerprints(text)
  return beside.find(one => one !== null && own.some(print => print.equals(one))) ?? null
}

const heldOf = ({ id, algorithm, bytes }: DataKey): [number, Held] =>
  [id, { header: headerBytes({ algorithm, key: id }), algorithm, cipher: cipherOf(algorithm, bytes) }]

/** Tells one key from another, without its bytes; 36 bytes. */
export const keyPrint = (key: DataKey): Buffer => printed(heldOf(key)[1], 'liandong data key')

const printed = ({ header, cipher }: Held, text: string): Buffer => Buffer.concat([header, cipher.print(text)])

/** A nonce of the first key may look like a header: what does not open under that key is tried under the first. */
function opened ({ held }: State, first: Held, sealed: Buffer): string {
  const header = headerOf(sealed)
  if (header === null) return first.cipher.open(sealed, none)
  const named = held.get(header.key)
  try {
    if (named?.algorithm !== header.algorithm) throw new Error(`data key ${header.key} (${header.algorithm}) is not at hand`)
    return named.cipher.open(sealed.subarray(headerLength), named.header)
  } catch (error) {
    try {
      return first.cipher.open(sealed, none)
    } catch {
      throw error
    }
  }
}
