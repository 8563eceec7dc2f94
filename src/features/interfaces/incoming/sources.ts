import type { Database, Tx } from '../../../db/database.ts'
import type { Sealing } from '../../../db/sealing.ts'
import { bind } from '../../../domain/bind.ts'
import { DomainError } from '../../../domain/errors.ts'
import type { Actor } from '../../../domain/people/roles.ts'
import type { Clock } from '../../../domain/time/clock.ts'
import { lockInterface } from '../registry/registry-store.ts'
import { rotated } from '../registry/rules/secrets.ts'
import { freshSecret, openSecrets, sealSecrets } from '../registry/sealed-secrets.ts'
import { insertSource, lockSource, saveSourceSecrets, updateSource, type SourceRow } from './source-store.ts'

export interface SourcesOptions { db: Database, sealing: Sealing, clock: Clock }

/** What comes in by an interface (接入来源): which secret checks it, and how far its sender's clock may be off. */
export type Sources = ReturnType<typeof createSources>

export const createSources = (options: SourcesOptions) => bind(options, { begin, change, newSecret })

/** @returns the secret, this once. @throws DomainError `not-found`, `already-done` */
async function begin (
  { sealing, clock }: SourcesOptions, tx: Tx, actor: Actor, interfaceId: string, { toleranceMinutes }: { toleranceMinutes: number }
): Promise<{ id: string, secret: string }> {
  const row = await lockInterface(tx, interfaceId)
  if (!row) throw new DomainError('not-found', 'there is no such interface')
  if (row.direction === 'out') throw new DomainError('invalid-input', 'nothing comes in by this interface', { field: 'direction' })
  const secret = freshSecret()
  const secretsSealed = sealSecrets(sealing, [{ secret, until: null }])
  if (!await insertSource(tx, { interfaceId, secretsSealed, toleranceMinutes }, actor.id, clock.now())) {
    throw new DomainError('already-done', 'this interface receives already', { guard: 'source-stands' })
  }
  return { id: interfaceId, secret }
}

/** @throws DomainError `not-found`, `version-conflict` */
async function change (
  { clock }: SourcesOptions, tx: Tx, actor: Actor, interfaceId: string,
  { on, toleranceMinutes, version }: { on?: boolean, toleranceMinutes?: number, version: number }
): Promise<{ id: string }> {
  const row = await load(tx, interfaceId)
  if (row.version !== version) {
    throw new DomainError('version-conflict', 'somebody else has changed this since', { version: row.version })
  }
  const state = on === undefined ? row.state : on ? 'on' : 'off'
  updateSource(tx, interfaceId, { toleranceMinutes: toleranceMinutes ?? row.toleranceMinutes, state }, actor.id, clock.now())
  return { id: interfaceId }
}

/** From now on two check, for a day. @returns the new secret, this once. @throws DomainError `not-found` */
async function newSecret ({ sealing, clock }: SourcesOptions, tx: Tx, actor: Actor, interfaceId: string): Promise<{ secret: string }> {
  const { secretsSealed } = await load(tx, interfaceId)
  const secret = freshSecret()
  saveSourceSecrets(tx, interfaceId, sealSecrets(sealing, rotated(openSecrets(sealing, secretsSealed), secret, clock.now())), actor.id)
  return { secret }
}

async function load (tx: Tx, interfaceId: string): Promise<SourceRow> {
  const row = await lockSource(tx, interfaceId)
  if (!row) throw new DomainError('not-found', 'this interface receives nothing')
  return row
}
