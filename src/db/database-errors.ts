// What a database error means for the caller.

const conflicts = new Set(['40001', '40P01', '55P03'])
const gone = new Set(['ECONNREFUSED', 'ECONNRESET', 'EPIPE', '57P01', '57P02', '57P03', '08006', '08003', '08001'])
const goneInWords =
  /Connection terminated|timeout exceeded when trying to connect|Client has encountered a connection error|^Query read timeout$/

export const sqlState = (error: unknown): string =>
  typeof error === 'object' && error !== null && 'code' in error ? String(error.code) : ''

/** A lost connection or server, not a wrong statement: worth doing again later. */
export function isConnectionLoss (error: unknown): error is Error {
  return error instanceof Error && (gone.has(sqlState(error)) || goneInWords.test(error.message))
}

/**
 * The server is there and can take no work just now: no room on its disk, no memory, no connection left (SQLSTATE class 53), or it is
 * read-only for the time being.
 */
export const isExhausted = (error: unknown): boolean => /^(53|25006$)/.test(sqlState(error))

/** A conflict over the same rows: a deadlock, a serialisation failure, a lock that was not free. */
export const isConflict = (error: unknown): boolean => conflicts.has(sqlState(error))

/** Worth doing again: a lost connection, a server without room, or a conflict; also as `Database` throws it. */
export const isTransient = (error: unknown): boolean =>
  isConflict(error) || isConnectionLoss(error) || isExhausted(error) || sqlState(error) === 'database-unavailable'
