import type { Database, Tx } from '../../db/database.ts'
import type { KeptFiles } from '../../disk/kept-files.ts'
import type { HealthCheck } from '../../domain/health-check.ts'
import type { Clock } from '../../domain/time/clock.ts'
import type { Sweep } from '../../queue/alarms.ts'
import { attachmentsToScan, noteAsked, saveVerdict, waitingSince } from './attachments-store.ts'
import type { Scanner } from './scanner.ts'

/** Files a run of the sweep takes. */
const atATime = 20
/** A file that waits longer for the scanner is told on `/health/ready`, ms. */
const waitsLongMs = 5 * 60_000

export interface ScanningOptions {
  db: Database
  clock: Clock
  files: KeptFiles
  scanner: Scanner
  /** locks the order, has the verdict saved, and tells the order's readers and its timeline */
  scanned: (
    tx: Tx, what: { orderId: string, attachmentId: string, verdict: 'clean' | 'found', save: () => Promise<boolean> }
  ) => Promise<void>
}

/**
 * Looks through what came, one file after another. A file with something in it is on the disk no more, and its order says so. An away
 * scanner holds every file back; a file it cannot answer for waits behind the others.
 */
export const createScanSweep = ({ db, clock, files, scanner, scanned }: ScanningOptions): Sweep => ({
  name: 'attachment-scans',
  pace: 'ordinary',
  async run (now) {
    let trouble: unknown = null
    for (const { id, orderId, file } of await attachmentsToScan(db, atATime)) {
      await noteAsked(db, id, now)
      try {
        const verdict = await scanner.scan((await files.read(file)).stream())
        await db.tx(async tx => {
          await scanned(tx, { orderId, attachmentId: id, verdict, save: async () => await saveVerdict(tx, id, verdict, clock.now()) })
        })
        if (verdict === 'found') await files.forget(file)
      } catch (error) {
        trouble = error
      }
    }
    if (trouble !== null) throw trouble
  }
})

export const scannerHealth = ({ db, clock }: Pick<ScanningOptions, 'db' | 'clock'>): HealthCheck => ({
  name: 'scanner',
  vital: false,
  async check () {
    const since = await waitingSince(db)
    const waits = since !== null && clock.now().getTime() - since.getTime() > waitsLongMs
    return waits ? { ok: false, detail: `a file has been waiting for the scanner since ${since.toISOString()}` } : { ok: true }
  }
})
