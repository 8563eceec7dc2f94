import type { Database } from '../../db/database.ts'
import type { Clock } from '../../domain/clock.ts'
import type { Module } from '../../module.ts'
import { createDirectory, type Directory } from './directory.ts'
import { createDirectoryCommands } from './directory-commands.ts'
import { directoryRoutes, type DirectoryRoutesOptions } from './directory-routes.ts'
import { nameRoutes } from './name-routes.ts'

export interface DirectoryNeeds extends Pick<DirectoryRoutesOptions, 'unallocatedSince'> {
  db: Database
  clock: Clock
  timeZone: string
}

/** The district's units, people, categories, place names and old numbers. */
export function directoryModule ({ db, clock, timeZone, unallocatedSince }: DirectoryNeeds): Module & { directory: Directory } {
  const directory = createDirectory({ db, clock, timeZone })
  const commands = createDirectoryCommands({ directory })
  return { name: 'directory', directory, routes: [directoryRoutes({ directory, commands, unallocatedSince }), nameRoutes({ db })] }
}
