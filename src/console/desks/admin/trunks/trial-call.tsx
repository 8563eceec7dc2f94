import { App, Button, Input } from 'antd'
import { useRef, type ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { api } from '../../../api/client.ts'
import { moment } from '../../../moments/moments.tsx'
import { useAttempt } from '../../../shell/refusals.ts'
import { header } from '../registers/dated-rows.tsx'
import type { Trunk } from './trunk-types.ts'

/** What the last trial call found, in a sentence that says what to do. */
export function TrialCall ({ trial }: { trial: NonNullable<Trunk['trial']> }): ReactNode {
  const { t } = useTranslation('admin')
  if (trial.result === null) return <div className='amber'>{t('trunk.trialRuns')}</div>
  const result = t(`trunk.trial.${trial.result}`, { sip: trial.sip ?? '' })
  return (
    <div className={trial.result === 'clean' ? 'good small' : 'amber small'}>
      {t('trunk.trialAt', { at: moment(trial.at), result })}
    </div>
  )
}

/** Asks for a number and rings it over this trunk. */
export function TrialButton ({ trunk, reload }: { trunk: Trunk, reload: () => void }): ReactNode {
  const { t } = useTranslation('admin')
  const { modal } = App.useApp()
  const attempt = useAttempt()
  const number = useRef('')
  const ask = (): void => {
    number.current = ''
    void modal.confirm({
      title: `${t('trunk.trialTitle')}: ${trunk.name}`,
      content: (
        <>
          <p>{t('trunk.trialMeans')}</p>
          <Input
            autoFocus
            aria-label={t('trunk.trialNumber')}
            placeholder={t('trunk.trialNumber')}
            onChange={e => { number.current = e.target.value }}
          />
        </>
      ),
      okText: t('trunk.trialCall'),
      // A refused number stays in the field.
      onOk: (close: () => void) => {
        const call = async (): Promise<void> => {
          await api.POST('/api/trunks/{id}/trial', { params: { path: { id: trunk.id }, ...header() }, body: { number: number.current } })
        }
        void attempt(call, t('trunk.trialAsked')).then(done => {
          if (done) close()
          reload()
        })
      }
    })
  }
  return <Button size='small' disabled={trunk.trial?.result === null} onClick={ask}>{t('trunk.trial')}</Button>
}
