import { randomBytes } from 'node:crypto'
import type { Sealing } from '../../../db/sealing.ts'
import type { Secret } from './rules/secrets.ts'

/** 32 random bytes; Standard Webhooks wants 24 to 64. */
export const freshSecret = (): string => `whsec_${randomBytes(32).toString('base64')}`

export const sealSecrets = (sealing: Sealing, secrets: readonly Secret[]): Buffer => sealing.seal(JSON.stringify(secrets))

/** What `sealSecrets` sealed. */
export const openSecrets = (sealing: Sealing, sealed: Buffer): Secret[] => JSON.parse(sealing.open(sealed)) as Secret[]
