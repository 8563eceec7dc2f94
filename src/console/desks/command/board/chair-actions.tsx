import { Alert, App, Modal } from 'antd'
import { useState, type ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { holds, useWho } from '../../../api/session.tsx'
import { useAttempt } from '../../../shell/refusals.ts'
import { KeyButton } from '../../../shell/shortcuts.tsx'
import { incidentActions, type Incident, type Toggle } from '../incident.ts'
import { PeoplePicker } from '../people-picker.tsx'

interface IncidentVerbsProps {
  incident: Incident
  chosen: ReadonlySet<string>
  onChosen: (ids: ReadonlySet<string>) => void
  reload: () => void
}

/** The chair's actions on everybody, one key each. */
export function ChairActions ({ incident, chosen, onChosen, reload }: IncidentVerbsProps): ReactNode {
  const { t } = useTranslation('command')
  const attempt = useAttempt()
  const { modal, message } = App.useApp()
  const who = useWho()
  const [adding, setAdding] = useState(false)
  if (!holds(who, 'EMERGENCY_COORDINATOR')) return null
  const { id } = incident
  const act = (work: () => Promise<unknown>) => async () => { await attempt(work).then(reload) }
  const toggle = (what: Toggle, on: boolean) => act(async () => {
    const notObeyed = await incidentActions.toggle(id, what, on)
    if (notObeyed.length > 0) void message.warning(t('notObeyed', { nodes: notObeyed.join(', ') }), 8)
  })
  const lost = incident.members.filter(
    m => !m.inConference && !m.removed && !m.skipped && m.numbers.length > 0 && (m.state === 'unreached' || m.state === 'dropped')
  )
  const inside = who.extension !== null && incident.members.some(m => m.inConference && m.chair && m.name.endsWith(who.extension ?? ' '))
  const end = (): void => {
    void modal.confirm({
      title: t('end'),
      content: t('confirmEnd'),
      okText: t('end'),
      okButtonProps: { danger: true },
      focusable: { autoFocusButton: 'cancel' },
      onOk: async () => { await attempt(async () => { await incidentActions.ofIncident(id, 'end') }); reload() }
    })
  }
  return (
    <div className='board-verbs' role='toolbar' aria-label={t('incidents')}>
      <KeyButton
        keys='F7'
        type='primary'
        disabled={who.extension === null || inside}
        title={who.extension === null ? t('noPhone') : ''}
        onPress={act(async () => { await incidentActions.ofIncident(id, 'join') })}
      >
        {t('join')}
      </KeyButton>
      <KeyButton
        keys='Alt+M'
        type={incident.mutedAll ? 'primary' : 'default'}
        title={t('muteAllHint')}
        onPress={toggle('mute', !incident.mutedAll)}
      >
        {t(incident.mutedAll ? 'unmuteAll' : 'muteAll')}
      </KeyButton>
      <KeyButton
        keys='Alt+L'
        type={incident.locked ? 'primary' : 'default'}
        onPress={toggle('lock', !incident.locked)}
      >
        {t(incident.locked ? 'unlock' : 'lock')}
      </KeyButton>
      <KeyButton
        keys='Alt+Shift+R'
        type={incident.recording ? 'primary' : 'default'}
        onPress={toggle('recording', !incident.recording)}
      >
        {t(incident.recording ? 'stopRecord' : 'record')}
      </KeyButton>
      <KeyButton
        keys='Alt+Shift+S'
        onPress={act(async () => { await incidentActions.ofIncident(id, incident.state === 'dialling' ? 'stop' : 'resume') })}
      >
        {t(incident.state === 'dialling' ? 'stop' : 'resume')}
      </KeyButton>
      <KeyButton keys='Alt+A' onPress={() => { setAdding(true) }}>{t('addPeople')}</KeyButton>
      {lost.length > 0 && (
        <KeyButton keys='Alt+D' onPress={act(async () => { await incidentActions.dial(id, lost.map(m => m.id)) })}>
          {t('dialUnreached', { n: lost.length })}
        </KeyButton>
      )}
      {chosen.size > 0 && <ChosenMembers incident={incident} chosen={chosen} onChosen={onChosen} reload={reload} />}
      <span className='grow' />
      <KeyButton keys='Alt+E' danger onPress={end}>{t('end')}</KeyButton>
      {adding && (
        <Modal open footer={null} title={t('addPeople')} onCancel={() => { setAdding(false) }} width={620}>
          {incident.locked && <Alert type='warning' showIcon title={t('lockedWarning')} style={{ marginBottom: 12 }} />}
          <PeoplePicker
            autoFocus
            dials
            onAdd={async a => {
              if (await attempt(async () => { await incidentActions.add(id, [a.member], null) })) setAdding(false)
              reload()
            }}
          />
        </Modal>
      )}
    </div>
  )
}

function ChosenMembers ({ incident: { id, members }, chosen, onChosen, reload }: IncidentVerbsProps): ReactNode {
  const { t } = useTranslation('command')
  const attempt = useAttempt()
  const act = (work: () => Promise<unknown>) => async () => { await attempt(work).then(reload) }
  const seated = members.filter(m => chosen.has(m.id) && m.inConference)
  return (
    <span className='row'>
      <span>{t('chosen', { n: chosen.size })}</span>
      <KeyButton onPress={act(async () => { await incidentActions.dial(id, [...chosen]); onChosen(new Set()) })}>
        {t('dialChosen')}
      </KeyButton>
      {seated.length === 2 && (
        <KeyButton
          onPress={act(async () => { await incidentActions.privately(id, seated.map(m => m.id), true); onChosen(new Set()) })}
        >
          {t('privateTalk')}
        </KeyButton>
      )}
    </span>
  )
}
