// Files of an order behind HTTP, with the settings of a test.
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import pino from 'pino'
import type { Test } from 'tap'
import { createSessions } from '../../../src/access/sessions/sessions.ts'
import { readConfig } from '../../../src/config.ts'
import { freeShareOf } from '../../../src/disk/free-share.ts'
import type { Role } from '../../../src/domain/people/roles.ts'
import type { PhotoPurpose } from '../../../src/domain/work-order.ts'
import { attachmentsModule } from '../../../src/features/attachments/module.ts'
import { createPhotos } from '../../../src/features/photos/photos.ts'
import { createHttpServer } from '../../../src/http/server.ts'
import { hired } from '../../harness/stories/hired.ts'
import { agent, dispatcher, illegalClinic, type OrderWorld } from '../orders/order-world.ts'

/** A file as the API lists it, or a refusal. */
interface Body { id?: string, name?: string | null, type?: string, scan?: string, open?: boolean, code?: string, items?: Body[] }
export interface Answer { status: number, body: Body, bytes: Buffer, headers: Record<string, unknown> }
export interface Person {
  get: (path: string) => Promise<Answer>
  drop: (path: string) => Promise<Answer>
  send: (path: string, name: string, sent: Buffer, key?: string) => Promise<Answer>
}

/** The module with these settings, behind HTTP. */
export async function filesOf (t: Test, w: OrderWorld, folder: string, settings: Record<string, string>) {
  const { attachments: { clamd, maxMegabytes } } = readConfig(settings)
  const sessions = createSessions({ db: w.db, clock: w.clock })
  const { queries, commands, photoRoles } = w.orders
  const photos = createPhotos<PhotoPurpose>({
    db: w.db, clock: w.clock, folder, freeShare: freeShareOf, sees: queries.one, mayAdd: queries.mayAddPhoto, onOrder: commands.photo
  })
  const module = attachmentsModule({
    db: w.db,
    clock: w.clock,
    sealing: w.sealing,
    folder,
    freeShare: freeShareOf,
    clamd,
    maxMegabytes,
    madeAnew: photos.madeAnew,
    tree: w.directory.tree,
    takers: photoRoles,
    orders: { sees: queries.one, mayAdd: queries.mayAddPhoto, onOrder: commands.attachment, scanned: commands.attachmentScanned }
  })
  const app = await createHttpServer({ ...w, sessions, logger: pino({ level: 'silent' }), routes: module.routes ?? [] })
  t.teardown(async () => { await app.close() })
  return {
    module,
    async sweep () { for (const sweep of module.sweeps ?? []) await sweep.run(w.clock.now()) },
    health: async () => await module.health?.[0]?.check(),
    async as (login: string, unit: string | null, ...roles: Role[]): Promise<Person> {
      await hired(w.db, login, roles, { unitId: unit })
      const { secret } = await sessions.begin(w.db, login)
      const ask = async (method: 'GET' | 'POST' | 'DELETE', path: string, more: object = {}, headers = {}): Promise<Answer> => {
        const answer = await app.inject({
          method, url: `/api/work-orders/${path}`, headers: { cookie: `liandong_session=${secret}`, ...headers }, ...more
        })
        const json = String(answer.headers['content-type']).includes('json')
        return { status: answer.statusCode, body: json ? answer.json() : {}, bytes: answer.rawPayload, headers: answer.headers }
      }
      return {
        get: async path => await ask('GET', path),
        drop: async path => await ask('DELETE', path),
        send: async (path, name, sent, key) => await ask('POST', path, {
          payload: Buffer.concat([
            Buffer.from(`--x\r\nContent-Disposition: form-data; name="file"; filename="${name}"\r\nContent-Type: image/jpeg\r\n\r\n`),
            sent,
            Buffer.from('\r\n--x--\r\n')
          ])
        }, { 'content-type': 'multipart/form-data; boundary=x', ...key ? { 'idempotency-key': key } : {} })
      }
    }
  }
}

export const filesIn = async (folder: string): Promise<string[]> =>
  (await readdir(folder, { recursive: true, withFileTypes: true })).filter(f => f.isFile()).map(f => join(f.parentPath, f.name))

/** An order with a unit. */
export async function dispatched (w: OrderWorld): Promise<string> {
  const { id } = await w.do(w.orders.commands.file, agent, illegalClinic)
  await w.do(w.orders.commands.dispatch, dispatcher, { orderId: id, mode: 'single', unitIds: ['D11'], basis: 'statutory' })
  return id
}
