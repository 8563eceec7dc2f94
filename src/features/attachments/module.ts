import type { Role } from '../../domain/people/roles.ts'
import type { PhotoPurpose } from '../../domain/work-order.ts'
import type { Module } from '../../module.ts'
import { attachmentsRoutes } from './attachments-routes.ts'
import { createAttachments, type AttachmentsOptions } from './attachments.ts'
import { createClamd } from './scanner.ts'
import { attachmentNames } from './sealed-attachments-store.ts'

export interface AttachmentsNeeds extends Omit<AttachmentsOptions<PhotoPurpose>, 'scanner' | 'sees' | 'mayAdd' | 'onOrder' | 'scanned'> {
  /** where clamd listens; null: files are not looked through */
  clamd: { host: string, port: number } | null
  /** megabytes of a file at most */
  maxMegabytes: number
  /** roles that may add a file to an order at all */
  takers: readonly Role[]
  /** the order's rules for its files */
  orders: Pick<AttachmentsOptions<PhotoPurpose>, 'sees' | 'mayAdd' | 'onOrder' | 'scanned'>
}

/** How long a file may be looked through, ms. */
const scanMs = 60_000

/** Files of an order beside its photos. */
export function attachmentsModule ({ clamd, maxMegabytes, orders, takers, ...needs }: AttachmentsNeeds): Module {
  const scanner = clamd && createClamd({ ...clamd, timeoutMs: scanMs })
  const attachments = createAttachments<PhotoPurpose>({ ...needs, ...orders, scanner })
  return {
    name: 'attachments',
    routes: [attachmentsRoutes({ attachments, takers, maxBytes: maxMegabytes * 1024 * 1024 })],
    sweeps: attachments.sweeps,
    health: attachments.health,
    resealed: { values: [attachmentNames] }
  }
}
