import { createCipheriv, createDecipheriv, createHmac, createSecretKey, hkdfSync, randomBytes, type KeyObject } from 'node:crypto'
import { storedNumber, type PhoneNumber } from '../domain/telephone/phone-number.ts'

/**
 * Citizens' numbers, names and addresses are stored sealed (AES-256-GCM) with a keyed fingerprint beside them for
 * finding: a copy of the database alone identifies no complainant.
 */
export interface Sealing {
  /** nonce (12) · tag (16) · ciphertext */
  seal: (text: string) => Buffer
  /** @throws when the bytes were changed or sealed under another key */
  open: (sealed: Buffer) => string
  /** @throws as `open`, and when it is no number */
  openNumber: (sealed: Buffer) => PhoneNumber
  sealNumbers: (numbers: readonly PhoneNumber[]) => Buffer
  /** what `sealNumbers` sealed. @throws as `openNumber` */
  openNumbers: (sealed: Buffer) => PhoneNumber[]
  /** equal texts have equal fingerprints; 32 bytes */
  fingerprint: (text: string) => Buffer
}

/** @param key at least 32 random bytes, kept outside the database */
export function createSealing (key: Buffer): Sealing {
  if (key.length < 32) throw new Error('the data key needs at least 32 bytes')
  // Key objects: a raw key would be converted again for every text.
  const derive = (purpose: string): KeyObject => createSecretKey(Buffer.from(hkdfSync('sha256', key, '', purpose, 32)))
  const sealKey = derive('seal')
  const printKey = derive('fingerprint')
  function seal (text: string): Buffer {
    const nonce = randomBytes(12)
    const cipher = createCipheriv('aes-256-gcm', sealKey, nonce)
    const body = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()])
    return Buffer.concat([nonce, cipher.getAuthTag(), body])
  }
  function open (sealed: Buffer): string {
    const decipher = createDecipheriv('aes-256-gcm', sealKey, sealed.subarray(0, 12))
    decipher.setAuthTag(sealed.subarray(12, 28))
    return Buffer.concat([decipher.update(sealed.subarray(28)), decipher.final()]).toString('utf8')
  }
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
    fingerprint: text => createHmac('sha256', printKey).update(text, 'utf8').digest()
  }
}
