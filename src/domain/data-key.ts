/**
 * The suites a sealed value may be under: `aes` is AES-256-GCM with HMAC-SHA-256, `sm` is SM4-CBC with HMAC-SM3 (GB/T 32907, GB/T 32905).
 */
export const algorithms = ['aes', 'sm'] as const
export type Algorithm = typeof algorithms[number]

/** A key beside the installation's own. Ids: 2 to 65,535; 32 random bytes. */
export interface DataKey { id: number, algorithm: Algorithm, bytes: Buffer }

/** The installation's own key (`dataKey` of secrets.json, AES). Its values have no header: they were there before headers were. */
export const firstKey = 1
export const maxKey = 0xFFFF

/** Life of a key: waiting → writes → reads; a key that never wrote may be given up (gone). */
export const keyStates = ['waiting', 'writes', 'reads', 'gone'] as const
export type KeyState = typeof keyStates[number]
