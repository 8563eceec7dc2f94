import { App, Button, Input, type InputRef } from 'antd'
import { useRef, useState, type KeyboardEvent, type ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { api, onceKey } from '../../../api/client.ts'
import { useUnitName } from '../../../directory/directory.ts'
import { useAttempt } from '../../../shell/refusals.ts'
import { Key, KeyButton } from '../../../shell/shortcuts.tsx'
import type { Draft } from '../draft/draft.ts'
import { useArticles, type Article } from './knowledge.ts'

interface KnowledgePanelProps {
  draft: Draft | null
  /** puts the article into the reply */
  onAnswer: (article: Article) => void
  /** a text message to the caller */
  onText: (article: Article) => void
}

/** 知识库 during a call: a key for the search, arrows to choose, a key each to answer or to send a text message. */
export function KnowledgePanel ({ draft, onAnswer, onText }: KnowledgePanelProps): ReactNode {
  const { t } = useTranslation('agent')
  const [words, setWords] = useState('')
  const [chosen, setChosen] = useState<string | null>(null)
  const input = useRef<InputRef>(null)
  const { articles, own, asked } = useArticles(words, draft)
  const article = articles.find(a => a.id === chosen) ?? (own ? articles[0] : undefined) ?? null
  const live = draft !== null && draft.done === null

  const press = (event: KeyboardEvent): void => {
    if (event.nativeEvent.isComposing || event.altKey || event.ctrlKey) return
    const at = articles.findIndex(a => a.id === article?.id)
    if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
      event.preventDefault()
      setChosen(articles[Math.min(articles.length - 1, Math.max(0, at + (event.key === 'ArrowDown' ? 1 : -1)))]?.id ?? null)
    } else if (event.key === 'Enter' && article && live) {
      event.preventDefault()
      onAnswer(article)
    } else if (event.key === 'Escape') {
      setWords('')
      setChosen(null)
    }
  }

  return (
    <section className='box knowledge' aria-label={t('knowledge')}>
      <h3>
        <Key keys='Alt+Q' onPress={() => { input.current?.focus({ cursor: 'all' }) }} />
        <label htmlFor='f-knowledge'>{t('knowledge')}<kbd>Alt+Q</kbd></label>
      </h3>
      <Input
        id='f-knowledge'
        ref={input}
        allowClear
        value={words}
        maxLength={200}
        placeholder={t('knowledgeAsk')}
        onChange={e => { setWords(e.target.value); setChosen(null) }}
        onKeyDown={press}
        role='combobox'
        aria-expanded={articles.length > 0}
        aria-controls='knowledge-found'
        aria-activedescendant={article ? `article-${article.id}` : undefined}
      />
      {!own && articles.length > 0 && <div className='muted small'>{t('knowledgeSuggested')}</div>}
      <ul id='knowledge-found' role='listbox' aria-label={t('knowledge')} className='found'>
        {articles.map(a => (
          <li
            key={a.id}
            id={`article-${a.id}`}
            role='option'
            aria-selected={a.id === article?.id}
            onClick={() => { setChosen(a.id === article?.id && !own ? null : a.id) }}
          >
            <span className='tabular muted'>{a.id}</span> {a.title}
          </li>
        ))}
      </ul>
      {article && <Whole article={article} live={live} onServer={draft?.orderId != null} onAnswer={onAnswer} onText={onText} />}
      {own && asked && articles.length === 0 && <Missing words={words} />}
    </section>
  )
}

function Whole ({
  article, live, onServer, onAnswer, onText
}: Omit<KnowledgePanelProps, 'draft'> & { article: Article, live: boolean, onServer: boolean }): ReactNode {
  const { t } = useTranslation('agent')
  const unitName = useUnitName()
  return (
    <article lang='zh-CN'>
      <div className='row'>
        <KeyButton
          size='small'
          type='primary'
          keys='Alt+Y'
          disabled={!live}
          onPress={() => { onAnswer(article) }}
        >
          {t('useAnswer')}
        </KeyButton>
        <KeyButton
          size='small'
          keys='Alt+T'
          disabled={!onServer}
          title={onServer ? '' : t('textAfterAnswering')}
          onPress={() => { onText(article) }}
        >
          {t('sendText')}
        </KeyButton>
      </div>
      <div className='words'>{article.body}</div>
      <div className='muted small'>
        {[
          article.basis,
          unitName(article.unitId),
          article.validTo ? `${t('until')} ${article.validTo}` : ''
        ].filter(w => w !== '').join(' · ')}
      </div>
      <Tell articleId={article.id} words='' label={t('tellWrong')} />
    </article>
  )
}

function Missing ({ words }: { words: string }): ReactNode {
  const { t } = useTranslation('agent')
  return <div className='muted small'>{t('knowledgeNothing')} <Tell articleId={null} words={words} label={t('tellMissing')} /></div>
}

/** Reports a wrong or missing article to the knowledge editors. */
function Tell ({ articleId, words, label }: { articleId: string | null, words: string, label: string }): ReactNode {
  const { t } = useTranslation('agent')
  const { modal } = App.useApp()
  const attempt = useAttempt()
  const said = useRef('')
  const ask = (): void => {
    said.current = words
    void modal.confirm({
      title: `${label} ${articleId ?? ''}`,
      icon: null,
      okText: t('tell'),
      content: <Input.TextArea
        autoFocus rows={3} maxLength={400} defaultValue={words} aria-label={label} onChange={e => {
          said.current = e.target.value
        }}
               />,
      // Closed by hand: when the line is away, the words stay.
      onOk: (close: () => void) => {
        if (said.current.trim().length < 2) return
        void attempt(
          async () => {
            await api.POST('/api/knowledge/remarks', { params: { header: onceKey() }, body: { articleId, text: said.current.trim() } })
          },
          t('told')
        ).then(went => { if (went) close() })
      }
    })
  }
  return <Button size='small' type='link' onClick={ask}>{label}</Button>
}
