import type { Tx } from './database.ts'

/**
 * The rest of a command that does something outside the database, after its first transaction has loaded and decided.
 * `act` runs in no transaction, since no row may be locked while it waits for another system. `save` records the result in
 * a transaction of its own; it loads the rows it changes again, since others may have changed them.
 */
export interface Outside<T> {
  act: () => Promise<void>
  save: (tx: Tx) => Promise<T>
}
