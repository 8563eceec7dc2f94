/** Nobody answered in time. */
export class NoAnswer extends Error {
  constructor (ms: number) { super(`no answer within ${ms} ms`) }
}

/**
 * The answer, when it comes in time; a later one is left alone, its error too. @param ms by the machine's clock
 * @throws NoAnswer when it is late, and the error of the work itself
 */
export async function within<T> (ms: number, work: T | Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_resolve, reject) => { timer = setTimeout(() => { reject(new NoAnswer(ms)) }, ms) })
  const answer = Promise.resolve(work)
  answer.catch(() => {})
  try {
    return await Promise.race([answer, late])
  } finally {
    clearTimeout(timer)
  }
}
