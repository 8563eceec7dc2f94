-- Up Migration

-- 知识库: what an agent may tell a citizen. A row is the article as it stands; its life is in article_version.
create table article (
  -- said aloud among agents: K012
  id text primary key,
  version int not null,
  title text not null,
  body text not null,
  -- what goes out by text message; empty: the body itself
  short_answer text not null,
  -- other words people say for it, separated by spaces
  keywords text not null,
  -- the law or notice it rests on
  basis text not null,
  category_codes text[] not null,
  unit_id text references unit,
  valid_from date not null,
  -- the last day is `valid_to` itself; null: open
  valid_to date,
  changed_by text not null,
  changed_at timestamptz not null
);
-- The sample district's own articles lie below.
create sequence article_number start 101;

-- Every version whole, with who changed what and why. Append-only.
create table article_version (
  article_id text not null references article,
  version int not null,
  at timestamptz not null,
  by text not null,
  -- the fields that differ from the version before
  changed text[] not null,
  note text not null,
  content jsonb not null,
  primary key (article_id, version)
);
create trigger article_version_append_only before update or delete on article_version
  for each row execute function refuse_change();

-- What agents tell the editors: an article that is wrong, or a question no article answers.
create table article_remark (
  id uuid primary key,
  article_id text references article,
  text text not null,
  by text not null,
  at timestamptz not null,
  settled_by text,
  settled_at timestamptz
);
create index article_remark_open on article_remark (at) where settled_at is null;
