import { useEffect, useState } from 'react'
import { useAttempt } from '../../shell/refusals.ts'
import type { Agent } from '../my-agent.ts'
import { usePhone } from '../telephone/phone-provider.tsx'

/** Answers the ringing call. The journal may report it a moment before the telephone does: an early press is kept until then. */
export function useAnswering (agent: Agent): { mayAnswer: boolean, answer: () => void } {
  const attempt = useAttempt()
  const { place, state, softphone } = usePhone()
  const [wanted, setWanted] = useState(false)
  const rings = state.calls.find(c => c.state === 'ringing')
  const mayAnswer = rings !== undefined || (agent.state === 'ringing' && place === 'here')
  useEffect(() => {
    if (!wanted || !rings) return
    setWanted(false)
    if (softphone) void attempt(async () => { await softphone.answer(rings.id) })
  }, [wanted, rings, softphone, attempt])
  useEffect(() => { if (!mayAnswer) setWanted(false) }, [mayAnswer])
  return { mayAnswer, answer: () => { setWanted(true) } }
}
