import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { api, onceKey } from '../../../api/client.ts'
import { useWho } from '../../../api/session.tsx'
import { Asks } from '../../../shell/asks.tsx'
import { useAttempt } from '../../../shell/refusals.ts'
import { KeyButton } from '../../../shell/shortcuts.tsx'
import '../../../words/objection-words.ts'
import type { Block } from './blocks.ts'

const of = ({ id }: Block) => ({ path: { id }, header: onceKey() })

/** What can be done with a block that stands: confirm, free, object, decide on an objection. Its author may only free it. */
export function BlockActions ({ block: b, onDone }: { block: Block, onDone: () => void }): ReactNode {
  const { t } = useTranslation('supervise')
  const attempt = useAttempt()
  const who = useWho()
  const act = async (work: () => Promise<unknown>, said: string): Promise<boolean> => {
    const done = await attempt(work, said)
    onDone()
    return done
  }
  if (b.state !== 'standing' && b.state !== 'half-standing') return null
  return (
    <div className='row'>
      {b.state === 'half-standing' && b.blockedBy !== who.login && (
        <KeyButton
          size='small'
          onPress={async () => await act(async () => await api.POST('/api/number-blocks/{id}/confirm', { params: of(b) }),
            t('block.confirmed'))}
        >
          {t('block.confirm')}
        </KeyButton>
      )}
      <Asks
        label={t('block.free')}
        hint={t('block.freeReason')}
        onSay={async words => await act(
          async () => await api.POST('/api/number-blocks/{id}/free', { params: of(b), body: { reason: words } }), t('block.freed'))}
      />
      {b.blockedBy !== who.login && (
        <Asks
          label={t('block:object')}
          hint={t('block:objectHint')}
          onSay={async words => await act(
            async () => await api.POST('/api/number-blocks/{id}/objection', { params: of(b), body: { words } }), t('block:objected'))}
        />
      )}
      {b.objection !== null && b.objectionDecidedAt === null && b.blockedBy !== who.login && (
        <Asks
          label={t('block.keep')}
          hint={t('block.answerHint')}
          onSay={async answer => await act(
            async () => await api.POST('/api/number-blocks/{id}/objection/decision', { params: of(b), body: { keep: true, answer } }),
            t('block.decided')
          )}
        />
      )}
    </div>
  )
}
