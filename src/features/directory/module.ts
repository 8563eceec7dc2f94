import type { Database } from '../../db/database.ts'
import type { Clock } from '../../domain/time/clock.ts'
import type { Module } from '../../module.ts'
import { createDirectory, type Directory } from './directory.ts'
import { createDirectoryCommands, type CommandsContext } from './directory-commands.ts'
import { directoryRoutes } from './directory-routes.ts'
import { nameRoutes } from './name-routes.ts'
import { readUnread } from './place-names.ts'
import { placeRoutes } from './place-routes.ts'
import { unallocatedRoutes, type UnallocatedRoutesOptions } from './unallocated-routes.ts'

export interface DirectoryNeeds extends Pick<UnallocatedRoutesOptions, 'unallocatedSince'>, Pick<CommandsContext, 'openParts'> {
  db: Database
  clock: Clock
  timeZone: string
}

/** The district's units, people, categories, place names and old numbers. */
export function directoryModule ({ db, clock, timeZone, unallocatedSince, openParts }: DirectoryNeeds): Module & { directory: Directory } {
  const directory = createDirectory({ db, clock, timeZone })
  const commands = createDirectoryCommands({ directory, openParts })
  return {
    name: 'directory',
    directory,
    start: async () => { await readUnread(db) },
    routes: [
      directoryRoutes({ directory, commands }), unallocatedRoutes({ directory, unallocatedSince }), placeRoutes({ directory, commands }),
      nameRoutes({ db })
    ]
  }
}
