import type { Module } from '../../module.ts'
import { createExchangeFiles, type ExchangeFiles, type ExchangeFilesNeeds } from './exchange-files.ts'

/** What a PBX of our own reads from files: telephones, dialled numbers, the takeover from the queue, emergency centres. */
export function exchangeFilesModule (needs: ExchangeFilesNeeds): Module & { files: ExchangeFiles } {
  return { name: 'exchange-files', files: createExchangeFiles(needs) }
}
