import type { Module } from '../../module.ts'
import { createExchangeFiles, type ExchangeFiles, type ExchangeFilesNeeds } from './exchange-files.ts'

/**
 * What a PBX of our own reads from files: telephones, dialled numbers, the takeover from the queue, emergency centres, and where the other
 * PBXs are.
 */
export function exchangeFilesModule (needs: ExchangeFilesNeeds): Module & { files: ExchangeFiles } {
  const files = createExchangeFiles(needs)
  const { nodes, log } = needs
  let ended = false
  const written = (): void => {
    if (!ended) files.writeNodes().catch((error: unknown) => { log.error({ err: error }, 'the PBXs were not told of each other') })
  }
  return {
    name: 'exchange-files',
    files,
    async start () {
      nodes.each(() => {
        written()
        return written
      })
    },
    async stop () { ended = true }
  }
}
