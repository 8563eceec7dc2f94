import { Alert, Button, Form, Input, type InputRef } from 'antd'
import { useState, type ReactNode, type Ref } from 'react'
import { useTranslation } from 'react-i18next'
import { useSession } from '../api/session.tsx'
import { useRefusal } from './refusals.ts'

interface Entered { login: string, password: string }

interface SignInFormProps {
  /** the session of this person has ended: only the password is asked. Another person has to sign this one out first */
  login?: string
  password?: Ref<InputRef>
  onSomebodyElse?: () => void
}

/** Asks for login and password on the first page, or for the password in a dialogue when the session has ended. */
export function SignInForm ({ login, password, onSomebodyElse }: SignInFormProps): ReactNode {
  const { t } = useTranslation('shell')
  const { signIn } = useSession()
  const refusal = useRefusal()
  const [failure, setFailure] = useState<string | null>(null)
  const [busy, setBusy] = useState(false)

  async function submit ({ login, password }: Entered): Promise<void> {
    setBusy(true)
    setFailure(null)
    try {
      await signIn(login, password)
    } catch (error) {
      setFailure(refusal(error))
    } finally {
      setBusy(false)
    }
  }

  return (
    <Form<Entered> layout='vertical' requiredMark={false} initialValues={{ login }} onFinish={e => { void submit(e) }}>
      {failure !== null && <Alert type='error' title={failure} role='alert' style={{ marginBottom: 12 }} />}
      {login !== undefined && <p>{t('login')}{t('colon')}<b>{login}</b></p>}
      <Form.Item name='login' label={t('login')} hidden={login !== undefined} rules={[{ required: true }]}>
        <Input autoFocus={login === undefined} autoComplete='username' />
      </Form.Item>
      <Form.Item name='password' label={t('password')} rules={[{ required: true }]}>
        <Input.Password {...(password ? { ref: password } : {})} autoComplete='current-password' />
      </Form.Item>
      <Form.Item><Button type='primary' htmlType='submit' block loading={busy}>{t('signIn')}</Button></Form.Item>
      {onSomebodyElse && <Button type='link' block onClick={onSomebodyElse}>{t('somebodyElse')}</Button>}
    </Form>
  )
}
