import type { Tx } from './database.ts'

/**
 * The rest of a command that does something outside the database, once its first transaction has loaded and decided:
 * `act` runs in no transaction, since nothing may wait for another system while rows are held; `save` writes down what
 * was done, in a transaction of its own. What `save` changes it loads anew: others went on meanwhile.
 */
export interface Outside<T> {
  act: () => Promise<void>
  save: (tx: Tx) => Promise<T>
}
