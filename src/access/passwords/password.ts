import { randomBytes, scrypt, timingSafeEqual, type ScryptOptions } from 'node:crypto'

// OWASP's scrypt figures: N = 2^15, r = 8, p = 3 (32 MiB). docs/figures.md says how long a check takes.
const cost = { N: 32_768, r: 8, p: 3 }
// A password of 12 random characters cannot be guessed even from a fast hash: dozens are made at a first start.
const costOfRandom = { N: 4096, r: 8, p: 1 }
const keyLength = 32

const derive = async (password: string, salt: Buffer, length: number, options: ScryptOptions): Promise<Buffer> =>
  await new Promise((resolve, reject) => {
    scrypt(password.normalize('NFKC'), salt, length, { ...options, maxmem: 256 * 1024 * 1024 }, (error, key) => {
      if (error) reject(error); else resolve(key)
    })
  })

/** What is stored instead of the password: `scrypt$N$r$p$salt$hash`, salt and hash in base64url. */
export const hashPassword = async (password: string): Promise<string> => await hashed(password, cost)

/** The same for a generated password of at least 60 random bits. */
export const hashRandomPassword = async (password: string): Promise<string> => await hashed(password, costOfRandom)

async function hashed (password: string, cost: { N: number, r: number, p: number }): Promise<string> {
  const salt = randomBytes(16)
  const hash = await derive(password, salt, keyLength, cost)
  return ['scrypt', cost.N, cost.r, cost.p, salt.toString('base64url'), hash.toString('base64url')].join('$')
}

type Cost = typeof cost
const sameCost = (a: Cost, b: Cost): boolean => a.N === b.N && a.r === b.r && a.p === b.p

/**
 * The keys a check derives, in this order: always one at the full cost and one at the cheap cost, whatever is stored. Its duration thus
 * tells neither whether the login exists nor whether its password was generated.
 */
export const workOf = (stored: Cost | null): Cost[] => {
  const known = stored === null ? [] : [stored]
  return [...known, ...[cost, costOfRandom].filter(usual => !known.some(k => sameCost(k, usual)))]
}

/** The same work for a login that does not exist. */
export async function verifyNobody (password: string): Promise<false> {
  for (const each of workOf(null)) await derive(password, Buffer.alloc(16), keyLength, each)
  return false
}

/** Whether this is the password; compared in constant time. False, never an error, for a stored text of another form. */
export async function verifyPassword (password: string, stored: string): Promise<boolean> {
  const match = /^scrypt\$([1-9]\d{0,6})\$([1-9]\d?)\$([1-9]\d?)\$([\w-]{16,})\$([\w-]{16,})$/.exec(stored)
  if (!match) return false
  const [, N, r, p, salt, hash] = match
  const wanted = Buffer.from(hash ?? '', 'base64url')
  try {
    const [own, ...rest] = workOf({ N: Number(N), r: Number(r), p: Number(p) })
    const got = await derive(password, Buffer.from(salt ?? '', 'base64url'), wanted.length, own ?? cost)
    for (const each of rest) await derive(password, Buffer.alloc(16), keyLength, each)
    return timingSafeEqual(got, wanted)
  } catch {
    return false
  }
}
