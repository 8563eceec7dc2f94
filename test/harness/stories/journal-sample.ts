import { readFileSync } from 'node:fs'
import { readDsv } from '../../../src/pbx/journal/dsv.ts'
import { toEvent } from '../../../src/pbx/journal/to-event.ts'
import type { PbxEvent } from '../../../src/pbx/pbx-event.ts'

let row = 0

/** Events of a journal file written by a real Asterisk, as the journal's reader hands them to its handlers. */
export function journalEvents (text: string, node = 'pbx1'): PbxEvent[] {
  return readDsv(Buffer.from(text).toString('latin1'), true).pieces.flatMap(piece => {
    if (piece.kind !== 'row') throw new Error(`torn row: ${piece.reason}`)
    const [
      event = '', , at = '', num = '', , exten = '', context = '', channel = '', app = '', appData = '', uniqueId = '', linkedId = '',
      peer = '', extra = ''
    ] = piece.fields
    return toEvent({
      id: ++row,
      node,
      generation: 1,
      event,
      at: new Date(
        at
      ),
      unique_id: uniqueId,
      linked_id: linkedId,
      channel,
      num,
      exten,
      context,
      app,
      app_data: appData,
      peer,
      extra
    })
  })
}

/** A sample of `test/features/journal/journal-samples/`. */
export const journalSample = (name: string): PbxEvent[] =>
  journalEvents(readFileSync(new URL(`../../features/journal/journal-samples/${name}.csv`, import.meta.url), 'utf8'))
