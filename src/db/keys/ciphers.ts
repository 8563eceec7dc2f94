import {
  createCipheriv, createDecipheriv, createHmac, createSecretKey, hkdfSync, randomBytes, timingSafeEqual, type KeyObject
} from 'node:crypto'
import type { Algorithm } from '../../domain/data-key.ts'

/** One data key at work. */
export interface KeyedCipher {
  /** @param header goes unread before the body, and is authenticated with it */
  seal: (text: string, header: Buffer) => Buffer
  /** @throws when header or body were changed, or sealed under another key */
  open: (body: Buffer, header: Buffer) => string
  /** 32 bytes, equal for equal texts */
  print: (text: string) => Buffer
}

type Derive = (purpose: string, length: number) => KeyObject

/** Nonce (12) · tag (16) · ciphertext. */
function aes (derive: Derive): KeyedCipher {
  const sealKey = derive('seal', 32)
  const printKey = derive('fingerprint', 32)
  return {
    seal (text, header) {
      const nonce = randomBytes(12)
      const cipher = createCipheriv('aes-256-gcm', sealKey, nonce).setAAD(header)
      const body = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()])
      return Buffer.concat([header, nonce, cipher.getAuthTag(), body])
    },
    open (body, header) {
      const decipher = createDecipheriv('aes-256-gcm', sealKey, body.subarray(0, 12), { authTagLength: 16 }).setAAD(header)
      decipher.setAuthTag(body.subarray(12, 28))
      return Buffer.concat([decipher.update(body.subarray(28)), decipher.final()]).toString('utf8')
    },
    print: text => createHmac('sha256', printKey).update(text, 'utf8').digest()
  }
}

/** Initial vector (16) · HMAC-SM3 over header, vector and ciphertext (32) · ciphertext: encrypted first, then authenticated. */
function sm (derive: Derive): KeyedCipher {
  const sealKey = derive('seal', 16)
  const macKey = derive('authenticate', 32)
  const printKey = derive('fingerprint', 32)
  const mac = (...parts: Buffer[]): Buffer => createHmac('sm3', macKey).update(Buffer.concat(parts)).digest()
  return {
    seal (text, header) {
      const iv = randomBytes(16)
      const body = sm4(sealKey, iv, Buffer.from(text, 'utf8'))
      return Buffer.concat([header, iv, mac(header, iv, body), body])
    },
    open (sealed, header) {
      const [iv, tag, body] = [sealed.subarray(0, 16), sealed.subarray(16, 48), sealed.subarray(48)]
      if (tag.length !== 32 || !timingSafeEqual(tag, mac(header, iv, body))) throw new Error('the sealed value was changed')
      const decipher = createDecipheriv('sm4-cbc', sealKey, iv)
      return Buffer.concat([decipher.update(body), decipher.final()]).toString('utf8')
    },
    print: text => createHmac('sm3', printKey).update(text, 'utf8').digest()
  }
}

/** SM4 (GB/T 32907) in chained blocks, padded to whole ones. */
export function sm4 (key: KeyObject, iv: Buffer, plain: Buffer): Buffer {
  const cipher = createCipheriv('sm4-cbc', key, iv)
  return Buffer.concat([cipher.update(plain), cipher.final()])
}

const makers: Record<Algorithm, { make: (derive: Derive) => KeyedCipher, digest: string }> = {
  aes: { make: aes, digest: 'sha256' },
  sm: { make: sm, digest: 'sm3' }
}

/** @param bytes at least 32 random bytes. @throws Error when they are fewer */
export function cipherOf (algorithm: Algorithm, bytes: Buffer): KeyedCipher {
  if (bytes.length < 32) throw new Error('the data key needs at least 32 bytes')
  const { make, digest } = makers[algorithm]
  // Key objects: a raw key would be converted again for every text.
  return make((purpose, length) => createSecretKey(Buffer.from(hkdfSync(digest, bytes, '', purpose, length))))
}
