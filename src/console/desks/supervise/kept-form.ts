import { useWho } from '../../api/session.tsx'
import { useKeptAnswers } from '../../orders/actions/kept-answers.ts'
import { useAttempt } from '../../shell/refusals.ts'
import { useSaving } from '../../shell/saving.ts'

export interface KeptForm<T extends object> {
  form: T
  write: (change: Partial<T>) => void
  /** it is being sent */
  busy: boolean
  /** Sends it, one at a time, and says so. It is empty again when it was taken. */
  send: (work: () => Promise<unknown>, said: string) => Promise<void>
}

/** A form of this desk, by its name: what this person typed stays when it is refused, and when the page is left. */
export function useKeptForm<T extends object> (name: string, begin: () => T): KeptForm<T> {
  const attempt = useAttempt()
  const { login } = useWho()
  const { answers: form, set: write, forget } = useKeptAnswers(`${login}:${name}`, '', begin)
  const { busy, run } = useSaving()
  return {
    form,
    write,
    busy,
    send: async (work, said) => {
      await run(async () => {
        const done = await attempt(work, said)
        if (done) forget()
        return done
      })
    }
  }
}
