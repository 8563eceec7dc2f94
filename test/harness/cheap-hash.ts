import { randomBytes, scryptSync } from 'node:crypto'

/** A password hash the service accepts and that costs next to nothing: hundreds of sample people log in here. */
export async function cheapHash (password: string): Promise<string> {
  const salt = randomBytes(16)
  const hash = scryptSync(password.normalize('NFKC'), salt, 32, { N: 2, r: 8, p: 1 })
  return ['scrypt', 2, 8, 1, salt.toString('base64url'), hash.toString('base64url')].join('$')
}
