SET statement_timeout = 0;
SET lock_timeout = 0;
SET idle_in_transaction_session_timeout = 0;
SET client_encoding = 'UTF8';
SET standard_conforming_strings = on;
SET check_function_bodies = false;
SET xmloption = content;
SET client_min_messages = warning;
SET row_security = off;
CREATE FUNCTION public.articles_remember_labels() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
    NEW.past_labels := ARRAY(
        SELECT DISTINCT label FROM unnest(
            OLD.past_labels
            || ARRAY(SELECT 'program ' || p FROM unnest(OLD.programs) AS p)
            || ARRAY(SELECT 'region ' || r FROM unnest(OLD.regions) AS r)
            || ARRAY(SELECT 'author ' || a FROM unnest(OLD.authors) AS a)) AS label
        ORDER BY label);
    RETURN NEW;
END
$$;
CREATE FUNCTION public.note_change() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
    INSERT INTO changes (of, id) VALUES (TG_ARGV[0], NEW.id);
    RETURN NULL;
END
$$;
CREATE FUNCTION public.subscribers_changed() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
    INSERT INTO changes (of, id) SELECT 'subscriber', id FROM changed;
    RETURN NULL;
END
$$;
CREATE FUNCTION public.subscribers_choose() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
    NEW.chosen_at := clock_timestamp();
    RETURN NEW;
END
$$;
CREATE FUNCTION public.subscribers_suppressed() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
    INSERT INTO changes (of, id) SELECT 'subscriber', subscriber_id FROM changed WHERE subscriber_id IS NOT NULL;
    RETURN NULL;
END
$$;
SET default_tablespace = '';
SET default_table_access_method = heap;
CREATE TABLE public.article_addresses (
    url text NOT NULL,
    article_id bigint NOT NULL
);
CREATE TABLE public.article_versions (
    article_id bigint NOT NULL,
    version integer NOT NULL,
    seen_at timestamp with time zone NOT NULL,
    article jsonb NOT NULL
);
CREATE TABLE public.articles (
    id bigint NOT NULL,
    uid uuid DEFAULT gen_random_uuid() NOT NULL,
    url text NOT NULL,
    guid text,
    source text DEFAULT ''::text NOT NULL,
    state text NOT NULL,
    title text NOT NULL,
    authors text[] DEFAULT '{}'::text[] NOT NULL,
    published timestamp with time zone,
    updated timestamp with time zone,
    programs text[] DEFAULT '{}'::text[] NOT NULL,
    regions text[] DEFAULT '{}'::text[] NOT NULL,
    staff_labelled boolean DEFAULT false NOT NULL,
    staff_state boolean DEFAULT false NOT NULL,
    summary text DEFAULT ''::text NOT NULL,
    image_url text DEFAULT ''::text NOT NULL,
    image_credit text DEFAULT ''::text NOT NULL,
    language text DEFAULT ''::text NOT NULL,
    words integer DEFAULT 0 NOT NULL,
    content_html text DEFAULT ''::text NOT NULL,
    content_text text DEFAULT ''::text NOT NULL,
    content_hash bytea NOT NULL,
    version integer DEFAULT 1 NOT NULL,
    newsworthy boolean DEFAULT true NOT NULL,
    release_no bigint,
    released_at timestamp with time zone,
    numbered_at timestamp with time zone,
    changed_at timestamp with time zone NOT NULL,
    withdrawn_at timestamp with time zone,
    first_seen_at timestamp with time zone NOT NULL,
    checked_at timestamp with time zone NOT NULL,
    missing_since timestamp with time zone,
    listed boolean DEFAULT true NOT NULL,
    etag text DEFAULT ''::text NOT NULL,
    last_modified text DEFAULT ''::text NOT NULL,
    past_labels text[] DEFAULT '{}'::text[] NOT NULL,
    CONSTRAINT articles_state_check CHECK ((state = ANY (ARRAY['held'::text, 'released'::text, 'withdrawn'::text]))),
    CONSTRAINT articles_title_check CHECK ((title <> ''::text))
);
ALTER TABLE public.articles ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.articles_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.batches (
    id bigint NOT NULL,
    edition_id bigint NOT NULL,
    domain text DEFAULT ''::text NOT NULL,
    due_at timestamp with time zone,
    fence bigint DEFAULT 0 NOT NULL,
    leased_by bigint,
    lease_until timestamp with time zone,
    worked_at timestamp with time zone,
    marks bigint[] DEFAULT '{}'::bigint[] NOT NULL,
    marked_at timestamp with time zone
)
WITH (fillfactor='50');
ALTER TABLE public.batches ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.batches_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.deliveries (
    edition_id bigint NOT NULL,
    subscriber_id bigint NOT NULL,
    batch_id bigint NOT NULL,
    variant_id bigint NOT NULL,
    rendering_id bigint,
    state text DEFAULT 'queued'::text NOT NULL,
    attempt smallint DEFAULT 0 NOT NULL,
    due_at timestamp with time zone,
    first_at timestamp with time zone,
    last_at timestamp with time zone,
    code smallint,
    enhanced text,
    reply text,
    relay text,
    bytes integer DEFAULT 0 NOT NULL,
    reason text,
    CONSTRAINT deliveries_state_check CHECK ((state = ANY (ARRAY['queued'::text, 'sent'::text, 'deferred'::text, 'failed'::text, 'bounced'::text, 'skipped'::text, 'uncertain'::text])))
)
WITH (fillfactor='33');
CREATE TABLE public.journal (
    batch_id bigint NOT NULL,
    fence bigint NOT NULL,
    n bigint NOT NULL,
    results text NOT NULL
);
CREATE VIEW public.being_sent AS
 SELECT d.edition_id,
    d.subscriber_id,
    d.batch_id,
    d.state
   FROM (( SELECT b.edition_id,
            b.marks[i.i][1] AS subscriber_id,
            b.marks[i.i][2] AS attempt
           FROM (public.batches b
             CROSS JOIN LATERAL generate_subscripts(b.marks, 1) i(i))
        UNION
         SELECT b.edition_id,
            ((e.value ->> 0))::bigint AS int8,
            ((e.value ->> 1))::bigint AS int8
           FROM ((public.journal j
             JOIN public.batches b ON ((b.id = j.batch_id)))
             CROSS JOIN LATERAL json_array_elements((j.results)::json) e(value))) m
     JOIN public.deliveries d ON (((d.edition_id = m.edition_id) AND (d.subscriber_id = m.subscriber_id) AND (d.attempt = (m.attempt - 1)) AND (d.state = ANY (ARRAY['queued'::text, 'deferred'::text])))));
CREATE TABLE public.changes (
    of text NOT NULL,
    id bigint NOT NULL,
    xid xid8 DEFAULT pg_current_xact_id() NOT NULL,
    at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
    CONSTRAINT changes_of_check CHECK ((of = ANY (ARRAY['subscriber'::text, 'variant'::text, 'edition'::text])))
);
CREATE TABLE public.editions (
    id bigint NOT NULL,
    kind text NOT NULL,
    frequency text,
    period timestamp without time zone,
    subject text DEFAULT ''::text NOT NULL,
    intro text DEFAULT ''::text NOT NULL,
    article_ids bigint[] DEFAULT '{}'::bigint[] NOT NULL,
    audience jsonb DEFAULT '{}'::jsonb NOT NULL,
    state text NOT NULL,
    reason text DEFAULT ''::text NOT NULL,
    approved_hash bytea,
    approved_by text DEFAULT ''::text NOT NULL,
    created_at timestamp with time zone NOT NULL,
    started_at timestamp with time zone,
    finished_at timestamp with time zone,
    alerted_at timestamp with time zone,
    kept_counts jsonb,
    alerted_uncertain bigint DEFAULT 0 NOT NULL,
    CONSTRAINT editions_check CHECK (((kind <> 'digest'::text) OR ((frequency IS NOT NULL) AND (period IS NOT NULL)))),
    CONSTRAINT editions_frequency_check CHECK ((frequency = ANY (ARRAY['instant'::text, 'daily'::text, 'weekly'::text, 'monthly'::text]))),
    CONSTRAINT editions_kind_check CHECK ((kind = ANY (ARRAY['digest'::text, 'special'::text]))),
    CONSTRAINT editions_state_check CHECK ((state = ANY (ARRAY['draft'::text, 'approved'::text, 'sending'::text, 'paused'::text, 'held'::text, 'cancelled'::text, 'finished'::text])))
);
ALTER TABLE public.editions ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.editions_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.feed_labels (
    kind text NOT NULL,
    slug text NOT NULL,
    CONSTRAINT feed_labels_kind_check CHECK ((kind = ANY (ARRAY['program'::text, 'region'::text])))
);
CREATE TABLE public.goose_db_version (
    id integer NOT NULL,
    version_id bigint NOT NULL,
    is_applied boolean NOT NULL,
    tstamp timestamp without time zone DEFAULT now() NOT NULL
);
ALTER TABLE public.goose_db_version ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.goose_db_version_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.installation (
    key text NOT NULL,
    value text NOT NULL
);
CREATE TABLE public.instant_periods (
    period timestamp without time zone NOT NULL,
    opened_no bigint NOT NULL,
    due_at timestamp with time zone NOT NULL,
    upto_no bigint
);
CREATE TABLE public.job_ticks (
    job text NOT NULL,
    tick timestamp with time zone NOT NULL,
    claimed_at timestamp with time zone NOT NULL
);
CREATE TABLE public.missed_deliveries (
    subscriber_id bigint NOT NULL,
    variant_id bigint NOT NULL
);
CREATE TABLE public.outbox (
    id bigint NOT NULL,
    kind text NOT NULL,
    recipient text NOT NULL,
    message bytea NOT NULL,
    state text DEFAULT 'queued'::text NOT NULL,
    attempt smallint DEFAULT 0 NOT NULL,
    due_at timestamp with time zone,
    lease_until timestamp with time zone,
    created_at timestamp with time zone NOT NULL,
    last_at timestamp with time zone,
    code smallint,
    enhanced text,
    reply text,
    CONSTRAINT outbox_kind_check CHECK ((kind = ANY (ARRAY['confirmation'::text, 'test'::text, 'alert'::text, 'notice'::text]))),
    CONSTRAINT outbox_state_check CHECK ((state = ANY (ARRAY['queued'::text, 'sending'::text, 'sent'::text, 'deferred'::text, 'failed'::text, 'uncertain'::text])))
);
ALTER TABLE public.outbox ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.outbox_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.preference_sets (
    id bigint NOT NULL,
    programs text[] NOT NULL,
    regions text[] NOT NULL
);
ALTER TABLE public.preference_sets ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.preference_sets_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.reader_positions (
    subscriber_id bigint NOT NULL,
    seen_release_no bigint NOT NULL,
    considered_frequency text NOT NULL,
    considered_period timestamp without time zone NOT NULL
)
WITH (fillfactor='50');
CREATE TABLE public.receiving_domains (
    domain text NOT NULL,
    next_at timestamp with time zone DEFAULT '1970-01-01 00:00:00+00'::timestamp with time zone NOT NULL,
    quiet_until timestamp with time zone,
    quiet_count integer DEFAULT 0 NOT NULL
);
CREATE TABLE public.release_counter (
    only_row boolean DEFAULT true NOT NULL,
    last_no bigint NOT NULL,
    CONSTRAINT release_counter_only_row_check CHECK (only_row)
);
CREATE TABLE public.renderings (
    id bigint NOT NULL,
    variant_id bigint NOT NULL,
    subject text NOT NULL,
    html text NOT NULL,
    text text NOT NULL,
    rest text DEFAULT ''::text NOT NULL,
    article_ids bigint[] DEFAULT '{}'::bigint[] NOT NULL,
    created_at timestamp with time zone NOT NULL
);
ALTER TABLE public.renderings ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.renderings_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.senders (
    id bigint NOT NULL,
    started_at timestamp with time zone NOT NULL
);
ALTER TABLE public.senders ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.senders_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.signing_keys (
    id smallint NOT NULL,
    secret bytea NOT NULL,
    created_at timestamp with time zone NOT NULL,
    retired_at timestamp with time zone
);
ALTER TABLE public.signing_keys ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.signing_keys_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.skipped_pages (
    source text NOT NULL,
    url text NOT NULL,
    reason text NOT NULL,
    seen_at timestamp with time zone NOT NULL
);
CREATE TABLE public.sources (
    name text NOT NULL,
    first_done_at timestamp with time zone,
    last_done_at timestamp with time zone,
    last_tried_at timestamp with time zone,
    failing_since timestamp with time zone,
    last_error text DEFAULT ''::text NOT NULL,
    alerted_at timestamp with time zone,
    etag text DEFAULT ''::text NOT NULL,
    last_modified text DEFAULT ''::text NOT NULL
);
CREATE TABLE public.subscribers (
    id bigint NOT NULL,
    email text NOT NULL,
    domain text GENERATED ALWAYS AS (lower(split_part(email, '@'::text, 2))) STORED NOT NULL,
    name text DEFAULT ''::text NOT NULL,
    state text NOT NULL,
    frequency text NOT NULL,
    format text DEFAULT 'html'::text NOT NULL,
    time_zone text NOT NULL,
    language text DEFAULT ''::text NOT NULL,
    preference_set_id bigint NOT NULL,
    paused_until timestamp with time zone,
    created_at timestamp with time zone NOT NULL,
    confirmed_at timestamp with time zone,
    left_at timestamp with time zone,
    link_version integer DEFAULT 1 NOT NULL,
    consent jsonb DEFAULT '{}'::jsonb NOT NULL,
    requested jsonb,
    asked_at timestamp with time zone[],
    chosen_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT subscribers_format_check CHECK ((format = ANY (ARRAY['html'::text, 'text'::text]))),
    CONSTRAINT subscribers_frequency_check CHECK ((frequency = ANY (ARRAY['instant'::text, 'daily'::text, 'weekly'::text, 'monthly'::text]))),
    CONSTRAINT subscribers_state_check CHECK ((state = ANY (ARRAY['pending'::text, 'active'::text, 'left'::text])))
);
ALTER TABLE public.subscribers ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.subscribers_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.suppressions (
    address_hash bytea NOT NULL,
    email text,
    reason text NOT NULL,
    detail text DEFAULT ''::text NOT NULL,
    created_at timestamp with time zone NOT NULL,
    subscriber_id bigint,
    CONSTRAINT suppressions_reason_check CHECK ((reason = ANY (ARRAY['hard_bounce'::text, 'complaint'::text, 'staff'::text, 'erased'::text])))
);
CREATE TABLE public.variant_articles (
    article_id bigint NOT NULL,
    variant_id bigint NOT NULL
);
CREATE TABLE public.variants (
    id bigint NOT NULL,
    edition_id bigint NOT NULL,
    language text DEFAULT ''::text NOT NULL,
    article_ids bigint[] NOT NULL,
    shown integer NOT NULL,
    after_no bigint DEFAULT 0 NOT NULL,
    upto_no bigint DEFAULT 0 NOT NULL,
    rendering_id bigint,
    checked_at timestamp with time zone
);
ALTER TABLE public.variants ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.variants_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.waves (
    frequency text NOT NULL,
    period timestamp without time zone NOT NULL,
    time_zone text NOT NULL,
    planned_at timestamp with time zone NOT NULL
);
CREATE TABLE public.websub_pings (
    hub text NOT NULL,
    topic text NOT NULL,
    due_at timestamp with time zone,
    attempt smallint DEFAULT 0 NOT NULL,
    claimed_until timestamp with time zone,
    pinged_etag text DEFAULT ''::text NOT NULL
);
CREATE TABLE public.websub_requests (
    topic text NOT NULL,
    callback text NOT NULL,
    host text NOT NULL,
    mode text NOT NULL,
    secret text DEFAULT ''::text NOT NULL,
    lease_seconds integer NOT NULL,
    etag text DEFAULT ''::text NOT NULL,
    due_at timestamp with time zone NOT NULL,
    attempt smallint DEFAULT 0 NOT NULL,
    claimed_until timestamp with time zone,
    created_at timestamp with time zone NOT NULL,
    CONSTRAINT websub_requests_mode_check CHECK ((mode = ANY (ARRAY['subscribe'::text, 'unsubscribe'::text, 'denied'::text])))
);
CREATE TABLE public.websub_subscriptions (
    topic text NOT NULL,
    callback text NOT NULL,
    host text NOT NULL,
    secret text DEFAULT ''::text NOT NULL,
    lease_until timestamp with time zone NOT NULL,
    due_at timestamp with time zone,
    attempt smallint DEFAULT 0 NOT NULL,
    claimed_until timestamp with time zone,
    pushed_etag text DEFAULT ''::text NOT NULL,
    pushed_changed timestamp with time zone DEFAULT '-infinity'::timestamp with time zone NOT NULL,
    failing_since timestamp with time zone,
    created_at timestamp with time zone NOT NULL
);
INSERT INTO public.article_versions VALUES (6, 1, '2026-11-28 04:53:35.790627+00', '{"id": 6, "uid": "cac6b376-d597-4b70-b4d7-ed04d32ba196", "url": "http://127.0.0.1:23401/research/transport/tariff", "etag": "", "guid": null, "state": "released", "title": "The Tariff", "words": 195, "listed": true, "source": "site", "authors": ["Anna Marsh"], "regions": ["central-asia"], "summary": "Paragraph 1 of the article about tariffs: the port handled more ships than in the year before, and the railway behind it sent 3 trains a week to the east. The ministry in Kazakhstan expects tariffs to grow further.", "updated": null, "version": 1, "language": "en", "programs": ["transport"], "image_url": "", "published": "2026-11-22T09:00:00+00:00", "changed_at": "2026-11-28T04:53:35.790627+00:00", "checked_at": "2026-11-28T04:53:35.790627+00:00", "newsworthy": true, "release_no": 5, "numbered_at": "2026-11-28T04:53:35.790627+00:00", "past_labels": [], "released_at": "2026-11-28T04:53:35.790627+00:00", "staff_state": false, "content_html": "<p>Paragraph 1 of the article about tariffs: the port handled more ships than in the year before, and the railway behind it sent 3 trains a week to the east. The ministry in Kazakhstan expects tariffs to grow further.</p><p>Paragraph 2 of the article about tariffs: the port handled more ships than in the year before, and the railway behind it sent 4 trains a week to the east. The ministry in Kazakhstan expects tariffs to grow further.</p><p>Paragraph 3 of the article about tariffs: the port handled more ships than in the year before, and the railway behind it sent 5 trains a week to the east. The ministry in Kazakhstan expects tariffs to grow further.</p><p>Paragraph 4 of the article about tariffs: the port handled more ships than in the year before, and the railway behind it sent 6 trains a week to the east. The ministry in Kazakhstan expects tariffs to grow further.</p><p>Paragraph 5 of the article about tariffs: the port handled more ships than in the year before, and the railway behind it sent 7 trains a week to the east. The ministry in Kazakhstan expects tariffs to grow further.</p>", "content_text": "Paragraph 1 of the article about tariffs: the port handled more ships than in the year before, and the railway behind it sent 3 trains a week to the east. The ministry in Kazakhstan expects tariffs to grow further.\n\nParagraph 2 of the article about tariffs: the port handled more ships than in the year before, and the railway behind it sent 4 trains a week to the east. The ministry in Kazakhstan expects tariffs to grow further.\n\nParagraph 3 of the article about tariffs: the port handled more ships than in the year before, and the railway behind it sent 5 trains a week to the east. The ministry in Kazakhstan expects tariffs to grow further.\n\nParagraph 4 of the article about tariffs: the port handled more ships than in the year before, and the railway behind it sent 6 trains a week to the east. The ministry in Kazakhstan expects tariffs to grow further.\n\nParagraph 5 of the article about tariffs: the port handled more ships than in the year before, and the railway behind it sent 7 trains a week to the east. The ministry in Kazakhstan expects tariffs to grow further.", "image_credit": "", "withdrawn_at": null, "first_seen_at": "2026-11-28T04:53:35.790627+00:00", "last_modified": "", "missing_since": null, "staff_labelled": false}');
INSERT INTO public.article_versions VALUES (8, 1, '2026-11-28 04:53:35.801212+00', '{"id": 8, "uid": "9aca501f-983a-422c-bc5d-d52313642e9f", "url": "http://127.0.0.1:23401/research/energy/theme-one", "etag": "", "guid": null, "state": "released", "title": "The Second of Two", "words": 205, "listed": true, "source": "site", "authors": ["Anna Marsh"], "regions": ["central-asia"], "summary": "Paragraph 1 of the article about the second: the port handled more ships than in the year before, and the railway behind it sent 3 trains a week to the east. The ministry in Kazakhstan expects the second to grow further.", "updated": null, "version": 1, "language": "en", "programs": ["energy"], "image_url": "", "published": "2026-11-26T09:00:00+00:00", "changed_at": "2026-11-28T04:53:35.801212+00:00", "checked_at": "2026-11-28T04:53:35.801212+00:00", "newsworthy": true, "release_no": 7, "numbered_at": "2026-11-28T04:53:35.801212+00:00", "past_labels": [], "released_at": "2026-11-28T04:53:35.801212+00:00", "staff_state": false, "content_html": "<p>Paragraph 1 of the article about the second: the port handled more ships than in the year before, and the railway behind it sent 3 trains a week to the east. The ministry in Kazakhstan expects the second to grow further.</p><p>Paragraph 2 of the article about the second: the port handled more ships than in the year before, and the railway behind it sent 4 trains a week to the east. The ministry in Kazakhstan expects the second to grow further.</p><p>Paragraph 3 of the article about the second: the port handled more ships than in the year before, and the railway behind it sent 5 trains a week to the east. The ministry in Kazakhstan expects the second to grow further.</p><p>Paragraph 4 of the article about the second: the port handled more ships than in the year before, and the railway behind it sent 6 trains a week to the east. The ministry in Kazakhstan expects the second to grow further.</p><p>Paragraph 5 of the article about the second: the port handled more ships than in the year before, and the railway behind it sent 7 trains a week to the east. The ministry in Kazakhstan expects the second to grow further.</p>", "content_text": "Paragraph 1 of the article about the second: the port handled more ships than in the year before, and the railway behind it sent 3 trains a week to the east. The ministry in Kazakhstan expects the second to grow further.\n\nParagraph 2 of the article about the second: the port handled more ships than in the year before, and the railway behind it sent 4 trains a week to the east. The ministry in Kazakhstan expects the second to grow further.\n\nParagraph 3 of the article about the second: the port handled more ships than in the year before, and the railway behind it sent 5 trains a week to the east. The ministry in Kazakhstan expects the second to grow further.\n\nParagraph 4 of the article about the second: the port handled more ships than in the year before, and the railway behind it sent 6 trains a week to the east. The ministry in Kazakhstan expects the second to grow further.\n\nParagraph 5 of the article about the second: the port handled more ships than in the year before, and the railway behind it sent 7 trains a week to the east. The ministry in Kazakhstan expects the second to grow further.", "image_credit": "", "withdrawn_at": null, "first_seen_at": "2026-11-28T04:53:35.801212+00:00", "last_modified": "", "missing_since": null, "staff_labelled": false}');
INSERT INTO public.articles OVERRIDING SYSTEM VALUE VALUES (1, '6defb2f0-97e0-44f1-9f5d-a3557a892af8', 'http://127.0.0.1:23401/research/transport/pier-print', NULL, 'site', 'released', 'A Lamp on the Pier', '{"Anna Marsh"}', '2026-11-26 09:00:00+00', NULL, '{transport}', '{central-asia}', false, false, 'Paragraph 1 of the article about the pier: the port handled more ships than in the year before, and the railway behind it sent 3 trains a week to the east. The ministry in Kazakhstan expects the pier to grow further.', '', '', 'en', 205, '<p>Paragraph 1 of the article about the pier: the port handled more ships than in the year before, and the railway behind it sent 3 trains a week to the east. The ministry in Kazakhstan expects the pier to grow further.</p><p>Paragraph 2 of the article about the pier: the port handled more ships than in the year before, and the railway behind it sent 4 trains a week to the east. The ministry in Kazakhstan expects the pier to grow further.</p><p>Paragraph 3 of the article about the pier: the port handled more ships than in the year before, and the railway behind it sent 5 trains a week to the east. The ministry in Kazakhstan expects the pier to grow further.</p><p>Paragraph 4 of the article about the pier: the port handled more ships than in the year before, and the railway behind it sent 6 trains a week to the east. The ministry in Kazakhstan expects the pier to grow further.</p><p>Paragraph 5 of the article about the pier: the port handled more ships than in the year before, and the railway behind it sent 7 trains a week to the east. The ministry in Kazakhstan expects the pier to grow further.</p>', 'Paragraph 1 of the article about the pier: the port handled more ships than in the year before, and the railway behind it sent 3 trains a week to the east. The ministry in Kazakhstan expects the pier to grow further.
Paragraph 2 of the article about the pier: the port handled more ships than in the year before, and the railway behind it sent 4 trains a week to the east. The ministry in Kazakhstan expects the pier to grow further.
Paragraph 3 of the article about the pier: the port handled more ships than in the year before, and the railway behind it sent 5 trains a week to the east. The ministry in Kazakhstan expects the pier to grow further.
Paragraph 4 of the article about the pier: the port handled more ships than in the year before, and the railway behind it sent 6 trains a week to the east. The ministry in Kazakhstan expects the pier to grow further.
Paragraph 5 of the article about the pier: the port handled more ships than in the year before, and the railway behind it sent 7 trains a week to the east. The ministry in Kazakhstan expects the pier to grow further.', '\xd4ebda19c067358fd9217d986ed69ebb913d7335cca71a7d23affbfa77ad7f86', 1, true, 1, '2026-11-28 04:53:35.766011+00', '2026-11-28 04:53:35.766011+00', '2026-11-28 04:53:35.766011+00', NULL, '2026-11-28 04:53:35.766011+00', '2026-11-28 04:53:35.766011+00', NULL, true, '', '', '{}');
INSERT INTO public.articles OVERRIDING SYSTEM VALUE VALUES (2, 'a60d1d23-e8d5-43fa-b1bb-355e59a27e30', 'http://127.0.0.1:23401/notes/first-note', 'guid-1', 'notes', 'released', 'A First Note', '{}', '2026-11-26 09:00:00+00', NULL, '{}', '{central-asia}', false, false, 'Paragraph 1 of the article about a first note: the port handled more ships than in the year before, and the railway behind it sent 3 trains a week to the east. The ministry in Kazakhstan expects a first note to grow further.', '', '', 'en', 215, '<p>Paragraph 1 of the article about a first note: the port handled more ships than in the year before, and the railway behind it sent 3 trains a week to the east. The ministry in Kazakhstan expects a first note to grow further.</p><p>Paragraph 2 of the article about a first note: the port handled more ships than in the year before, and the railway behind it sent 4 trains a week to the east. The ministry in Kazakhstan expects a first note to grow further.</p><p>Paragraph 3 of the article about a first note: the port handled more ships than in the year before, and the railway behind it sent 5 trains a week to the east. The ministry in Kazakhstan expects a first note to grow further.</p><p>Paragraph 4 of the article about a first note: the port handled more ships than in the year before, and the railway behind it sent 6 trains a week to the east. The ministry in Kazakhstan expects a first note to grow further.</p><p>Paragraph 5 of the article about a first note: the port handled more ships than in the year before, and the railway behind it sent 7 trains a week to the east. The ministry in Kazakhstan expects a first note to grow further.</p>', 'Paragraph 1 of the article about a first note: the port handled more ships than in the year before, and the railway behind it sent 3 trains a week to the east. The ministry in Kazakhstan expects a first note to grow further.
Paragraph 2 of the article about a first note: the port handled more ships than in the year before, and the railway behind it sent 4 trains a week to the east. The ministry in Kazakhstan expects a first note to grow further.
Paragraph 3 of the article about a first note: the port handled more ships than in the year before, and the railway behind it sent 5 trains a week to the east. The ministry in Kazakhstan expects a first note to grow further.
Paragraph 4 of the article about a first note: the port handled more ships than in the year before, and the railway behind it sent 6 trains a week to the east. The ministry in Kazakhstan expects a first note to grow further.
Paragraph 5 of the article about a first note: the port handled more ships than in the year before, and the railway behind it sent 7 trains a week to the east. The ministry in Kazakhstan expects a first note to grow further.', '\x7cc55d58a0e38ef73d5372b0b2cbd8aefbfa273a93d699dbf78cb0dc47fff2b0', 1, true, 2, '2026-11-28 04:53:35.768479+00', '2026-11-28 04:53:35.768479+00', '2026-11-28 04:53:35.768479+00', NULL, '2026-11-28 04:53:35.768479+00', '2026-11-28 04:53:35.768479+00', NULL, true, '', '', '{}');
INSERT INTO public.articles OVERRIDING SYSTEM VALUE VALUES (10, '5ba55313-3af5-40ca-91d5-87bd94440738', 'http://127.0.0.1:23401/research/security/future', NULL, 'site', 'released', 'A Date by a Slip', '{"Anna Marsh"}', '2099-01-01 09:00:00+00', NULL, '{security}', '{central-asia}', false, false, 'Paragraph 1 of the article about slips: the port handled more ships than in the year before, and the railway behind it sent 3 trains a week to the east. The ministry in Kazakhstan expects slips to grow further.', '', '', 'en', 195, '<p>Paragraph 1 of the article about slips: the port handled more ships than in the year before, and the railway behind it sent 3 trains a week to the east. The ministry in Kazakhstan expects slips to grow further.</p><p>Paragraph 2 of the article about slips: the port handled more ships than in the year before, and the railway behind it sent 4 trains a week to the east. The ministry in Kazakhstan expects slips to grow further.</p><p>Paragraph 3 of the article about slips: the port handled more ships than in the year before, and the railway behind it sent 5 trains a week to the east. The ministry in Kazakhstan expects slips to grow further.</p><p>Paragraph 4 of the article about slips: the port handled more ships than in the year before, and the railway behind it sent 6 trains a week to the east. The ministry in Kazakhstan expects slips to grow further.</p><p>Paragraph 5 of the article about slips: the port handled more ships than in the year before, and the railway behind it sent 7 trains a week to the east. The ministry in Kazakhstan expects slips to grow further.</p>', 'Paragraph 1 of the article about slips: the port handled more ships than in the year before, and the railway behind it sent 3 trains a week to the east. The ministry in Kazakhstan expects slips to grow further.
Paragraph 2 of the article about slips: the port handled more ships than in the year before, and the railway behind it sent 4 trains a week to the east. The ministry in Kazakhstan expects slips to grow further.
Paragraph 3 of the article about slips: the port handled more ships than in the year before, and the railway behind it sent 5 trains a week to the east. The ministry in Kazakhstan expects slips to grow further.
Paragraph 4 of the article about slips: the port handled more ships than in the year before, and the railway behind it sent 6 trains a week to the east. The ministry in Kazakhstan expects slips to grow further.
Paragraph 5 of the article about slips: the port handled more ships than in the year before, and the railway behind it sent 7 trains a week to the east. The ministry in Kazakhstan expects slips to grow further.', '\xa901c40d996b635b0840b1317bf1f4af8ca1deba85a1710cc21cc63b7990d695', 1, true, 8, '2026-11-28 04:53:35.809486+00', '2026-11-28 04:53:35.809486+00', '2026-11-28 04:53:35.809486+00', NULL, '2026-11-28 04:53:35.809486+00', '2026-11-28 04:53:35.809486+00', NULL, true, '', '', '{}');
INSERT INTO public.articles OVERRIDING SYSTEM VALUE VALUES (3, '792fe16f-c906-4a47-8060-0e0e9ff120eb', 'http://127.0.0.1:23401/notes/second-note', 'guid-2', 'notes', 'released', 'A Second Note', '{}', '2026-11-26 09:00:00+00', NULL, '{}', '{central-asia}', false, false, 'Paragraph 1 of the article about a second note: the port handled more ships than in the year before, and the railway behind it sent 3 trains a week to the east. The ministry in Kazakhstan expects a second note to grow further.', '', '', 'en', 215, '<p>Paragraph 1 of the article about a second note: the port handled more ships than in the year before, and the railway behind it sent 3 trains a week to the east. The ministry in Kazakhstan expects a second note to grow further.</p><p>Paragraph 2 of the article about a second note: the port handled more ships than in the year before, and the railway behind it sent 4 trains a week to the east. The ministry in Kazakhstan expects a second note to grow further.</p><p>Paragraph 3 of the article about a second note: the port handled more ships than in the year before, and the railway behind it sent 5 trains a week to the east. The ministry in Kazakhstan expects a second note to grow further.</p><p>Paragraph 4 of the article about a second note: the port handled more ships than in the year before, and the railway behind it sent 6 trains a week to the east. The ministry in Kazakhstan expects a second note to grow further.</p><p>Paragraph 5 of the article about a second note: the port handled more ships than in the year before, and the railway behind it sent 7 trains a week to the east. The ministry in Kazakhstan expects a second note to grow further.</p>', 'Paragraph 1 of the article about a second note: the port handled more ships than in the year before, and the railway behind it sent 3 trains a week to the east. The ministry in Kazakhstan expects a second note to grow further.
Paragraph 2 of the article about a second note: the port handled more ships than in the year before, and the railway behind it sent 4 trains a week to the east. The ministry in Kazakhstan expects a second note to grow further.
Paragraph 3 of the article about a second note: the port handled more ships than in the year before, and the railway behind it sent 5 trains a week to the east. The ministry in Kazakhstan expects a second note to grow further.
Paragraph 4 of the article about a second note: the port handled more ships than in the year before, and the railway behind it sent 6 trains a week to the east. The ministry in Kazakhstan expects a second note to grow further.
Paragraph 5 of the article about a second note: the port handled more ships than in the year before, and the railway behind it sent 7 trains a week to the east. The ministry in Kazakhstan expects a second note to grow further.', '\x7caf7baf1b60fa3a69953bb979fc48f48c6ad77ffadfe5519de63a8e084e809d', 1, true, 3, '2026-11-28 04:53:35.768806+00', '2026-11-28 04:53:35.768806+00', '2026-11-28 04:53:35.768806+00', NULL, '2026-11-28 04:53:35.768806+00', '2026-11-28 04:53:35.768806+00', NULL, true, '', '', '{}');
INSERT INTO public.articles OVERRIDING SYSTEM VALUE VALUES (4, '79695eaa-bb4a-4439-a9b6-952eb4704844', 'http://127.0.0.1:23401/research/security/login', NULL, 'site', 'released', 'Sign in', '{}', NULL, NULL, '{security}', '{}', false, false, 'Please sign in with your account to go on reading. If you have no account yet, you can make one in a minute, free of charge, and read five articles every month without paying anything at all.', '', '', 'en', 37, '<p>Please sign in with your account to go on reading. If you have no account yet, you can make one in a minute, free of charge, and read five articles every month without paying anything at all.</p>', 'Please sign in with your account to go on reading. If you have no account yet, you can make one in a minute, free of charge, and read five articles every month without paying anything at all.', '\x35ce37e0c38cbb0a35ad976aafa3dbc0d91c14e36179993a352f238caae8793d', 1, false, 4, '2026-11-28 04:53:35.784449+00', '2026-11-28 04:53:35.784449+00', '2026-11-28 04:53:35.784449+00', NULL, '2026-11-28 04:53:35.784449+00', '2026-11-28 04:53:35.784449+00', NULL, true, '', '', '{}');
INSERT INTO public.articles OVERRIDING SYSTEM VALUE VALUES (7, '295a865b-d619-4571-9470-be019340473f', 'http://127.0.0.1:23401/research/security/print-class', NULL, 'site', 'released', 'Texts That Print', '{"Anna Marsh"}', '2026-11-26 09:00:00+00', NULL, '{security}', '{central-asia}', false, false, 'Paragraph 1 of the article about prints: the port handled more ships than in the year before, and the railway behind it sent 3 trains a week to the east. The ministry in Kazakhstan expects prints to grow further.', '', '', 'en', 195, '<p>Paragraph 1 of the article about prints: the port handled more ships than in the year before, and the railway behind it sent 3 trains a week to the east. The ministry in Kazakhstan expects prints to grow further.</p><p>Paragraph 2 of the article about prints: the port handled more ships than in the year before, and the railway behind it sent 4 trains a week to the east. The ministry in Kazakhstan expects prints to grow further.</p><p>Paragraph 3 of the article about prints: the port handled more ships than in the year before, and the railway behind it sent 5 trains a week to the east. The ministry in Kazakhstan expects prints to grow further.</p><p>Paragraph 4 of the article about prints: the port handled more ships than in the year before, and the railway behind it sent 6 trains a week to the east. The ministry in Kazakhstan expects prints to grow further.</p><p>Paragraph 5 of the article about prints: the port handled more ships than in the year before, and the railway behind it sent 7 trains a week to the east. The ministry in Kazakhstan expects prints to grow further.</p>', 'Paragraph 1 of the article about prints: the port handled more ships than in the year before, and the railway behind it sent 3 trains a week to the east. The ministry in Kazakhstan expects prints to grow further.
Paragraph 2 of the article about prints: the port handled more ships than in the year before, and the railway behind it sent 4 trains a week to the east. The ministry in Kazakhstan expects prints to grow further.
Paragraph 3 of the article about prints: the port handled more ships than in the year before, and the railway behind it sent 5 trains a week to the east. The ministry in Kazakhstan expects prints to grow further.
Paragraph 4 of the article about prints: the port handled more ships than in the year before, and the railway behind it sent 6 trains a week to the east. The ministry in Kazakhstan expects prints to grow further.
Paragraph 5 of the article about prints: the port handled more ships than in the year before, and the railway behind it sent 7 trains a week to the east. The ministry in Kazakhstan expects prints to grow further.', '\xbd8eb176d205c8fcabafa9078c86057e4c077dc07bfb3a694f3c27fbc671541d', 1, true, 6, '2026-11-28 04:53:35.779506+00', '2026-11-28 04:53:35.779506+00', '2026-11-28 04:53:35.779506+00', NULL, '2026-11-28 04:53:35.779506+00', '2026-11-28 04:53:35.779506+00', NULL, true, '', '', '{}');
INSERT INTO public.articles OVERRIDING SYSTEM VALUE VALUES (14, '47000757-74d9-4320-b93c-81938f98dba0', 'http://127.0.0.1:23401/research/energy/oil-by-sea', NULL, 'site', 'released', 'Oil by Sea', '{"Anna Marsh"}', '2026-11-24 09:00:00+00', NULL, '{energy}', '{central-asia}', false, false, 'Paragraph 1 of the article about oil: the port handled more ships than in the year before, and the railway behind it sent 3 trains a week to the east. The ministry in Kazakhstan expects oil to grow further.', '', '', 'en', 195, '<p>Paragraph 1 of the article about oil: the port handled more ships than in the year before, and the railway behind it sent 3 trains a week to the east. The ministry in Kazakhstan expects oil to grow further.</p><p>Paragraph 2 of the article about oil: the port handled more ships than in the year before, and the railway behind it sent 4 trains a week to the east. The ministry in Kazakhstan expects oil to grow further.</p><p>Paragraph 3 of the article about oil: the port handled more ships than in the year before, and the railway behind it sent 5 trains a week to the east. The ministry in Kazakhstan expects oil to grow further.</p><p>Paragraph 4 of the article about oil: the port handled more ships than in the year before, and the railway behind it sent 6 trains a week to the east. The ministry in Kazakhstan expects oil to grow further.</p><p>Paragraph 5 of the article about oil: the port handled more ships than in the year before, and the railway behind it sent 7 trains a week to the east. The ministry in Kazakhstan expects oil to grow further.</p>', 'Paragraph 1 of the article about oil: the port handled more ships than in the year before, and the railway behind it sent 3 trains a week to the east. The ministry in Kazakhstan expects oil to grow further.
Paragraph 2 of the article about oil: the port handled more ships than in the year before, and the railway behind it sent 4 trains a week to the east. The ministry in Kazakhstan expects oil to grow further.
Paragraph 3 of the article about oil: the port handled more ships than in the year before, and the railway behind it sent 5 trains a week to the east. The ministry in Kazakhstan expects oil to grow further.
Paragraph 4 of the article about oil: the port handled more ships than in the year before, and the railway behind it sent 6 trains a week to the east. The ministry in Kazakhstan expects oil to grow further.
Paragraph 5 of the article about oil: the port handled more ships than in the year before, and the railway behind it sent 7 trains a week to the east. The ministry in Kazakhstan expects oil to grow further.', '\x3d778d67241572646a8beff43b526d9dbc6d6da9343c6fc87ef666ec9ce61ec5', 1, true, 12, '2026-11-28 04:53:35.819922+00', '2026-11-28 04:53:35.819922+00', '2026-11-28 04:53:35.819922+00', NULL, '2026-11-28 04:53:35.819922+00', '2026-11-28 04:53:35.819922+00', NULL, true, '', '', '{}');
INSERT INTO public.articles OVERRIDING SYSTEM VALUE VALUES (6, 'cac6b376-d597-4b70-b4d7-ed04d32ba196', 'http://127.0.0.1:23401/research/transport/tariff', NULL, 'site', 'released', 'Тариф', '{"Anna Marsh"}', '2026-11-22 09:00:00+00', '2026-11-28 04:53:35.789764+00', '{transport}', '{central-asia}', false, false, 'Paragraph 1 of the article about тарифах: the port handled more ships than in the year before, and the railway behind it sent 3 trains a week to the east. The ministry in Kazakhstan expects тарифах to grow further.', '', '', 'ru', 195, '<p>Paragraph 1 of the article about тарифах: the port handled more ships than in the year before, and the railway behind it sent 3 trains a week to the east. The ministry in Kazakhstan expects тарифах to grow further.</p><p>Paragraph 2 of the article about тарифах: the port handled more ships than in the year before, and the railway behind it sent 4 trains a week to the east. The ministry in Kazakhstan expects тарифах to grow further.</p><p>Paragraph 3 of the article about тарифах: the port handled more ships than in the year before, and the railway behind it sent 5 trains a week to the east. The ministry in Kazakhstan expects тарифах to grow further.</p><p>Paragraph 4 of the article about тарифах: the port handled more ships than in the year before, and the railway behind it sent 6 trains a week to the east. The ministry in Kazakhstan expects тарифах to grow further.</p><p>Paragraph 5 of the article about тарифах: the port handled more ships than in the year before, and the railway behind it sent 7 trains a week to the east. The ministry in Kazakhstan expects тарифах to grow further.</p>', 'Paragraph 1 of the article about тарифах: the port handled more ships than in the year before, and the railway behind it sent 3 trains a week to the east. The ministry in Kazakhstan expects тарифах to grow further.
Paragraph 2 of the article about тарифах: the port handled more ships than in the year before, and the railway behind it sent 4 trains a week to the east. The ministry in Kazakhstan expects тарифах to grow further.
Paragraph 3 of the article about тарифах: the port handled more ships than in the year before, and the railway behind it sent 5 trains a week to the east. The ministry in Kazakhstan expects тарифах to grow further.
Paragraph 4 of the article about тарифах: the port handled more ships than in the year before, and the railway behind it sent 6 trains a week to the east. The ministry in Kazakhstan expects тарифах to grow further.
Paragraph 5 of the article about тарифах: the port handled more ships than in the year before, and the railway behind it sent 7 trains a week to the east. The ministry in Kazakhstan expects тарифах to grow further.', '\xdd0057571031f4a9129644235405accda492f2b21e2eef1ccb3b188c7159e6c0', 2, true, 5, '2026-11-28 04:53:35.790627+00', '2026-11-28 04:53:35.790627+00', '2026-11-28 04:53:35.789764+00', NULL, '2026-11-28 04:53:35.790627+00', '2026-11-28 04:53:35.789764+00', NULL, true, '', '', '{}');
INSERT INTO public.articles OVERRIDING SYSTEM VALUE VALUES (8, '9aca501f-983a-422c-bc5d-d52313642e9f', 'http://127.0.0.1:23401/research/energy/theme-one', NULL, 'site', 'released', 'The First of Two', '{"Anna Marsh"}', '2026-11-26 09:00:00+00', '2026-11-28 04:53:35.804459+00', '{energy}', '{central-asia}', false, false, 'Paragraph 1 of the article about the first: the port handled more ships than in the year before, and the railway behind it sent 3 trains a week to the east. The ministry in Kazakhstan expects the first to grow further.', '', '', 'en', 205, '<p>Paragraph 1 of the article about the first: the port handled more ships than in the year before, and the railway behind it sent 3 trains a week to the east. The ministry in Kazakhstan expects the first to grow further.</p><p>Paragraph 2 of the article about the first: the port handled more ships than in the year before, and the railway behind it sent 4 trains a week to the east. The ministry in Kazakhstan expects the first to grow further.</p><p>Paragraph 3 of the article about the first: the port handled more ships than in the year before, and the railway behind it sent 5 trains a week to the east. The ministry in Kazakhstan expects the first to grow further.</p><p>Paragraph 4 of the article about the first: the port handled more ships than in the year before, and the railway behind it sent 6 trains a week to the east. The ministry in Kazakhstan expects the first to grow further.</p><p>Paragraph 5 of the article about the first: the port handled more ships than in the year before, and the railway behind it sent 7 trains a week to the east. The ministry in Kazakhstan expects the first to grow further.</p>', 'Paragraph 1 of the article about the first: the port handled more ships than in the year before, and the railway behind it sent 3 trains a week to the east. The ministry in Kazakhstan expects the first to grow further.
Paragraph 2 of the article about the first: the port handled more ships than in the year before, and the railway behind it sent 4 trains a week to the east. The ministry in Kazakhstan expects the first to grow further.
Paragraph 3 of the article about the first: the port handled more ships than in the year before, and the railway behind it sent 5 trains a week to the east. The ministry in Kazakhstan expects the first to grow further.
Paragraph 4 of the article about the first: the port handled more ships than in the year before, and the railway behind it sent 6 trains a week to the east. The ministry in Kazakhstan expects the first to grow further.
Paragraph 5 of the article about the first: the port handled more ships than in the year before, and the railway behind it sent 7 trains a week to the east. The ministry in Kazakhstan expects the first to grow further.', '\xc8466dabd1ad14099ca4f90d6084e2ec825f0797d2b7e2b061ee274daad38748', 2, true, 7, '2026-11-28 04:53:35.801212+00', '2026-11-28 04:53:35.801212+00', '2026-11-28 04:53:35.804459+00', NULL, '2026-11-28 04:53:35.801212+00', '2026-11-28 04:53:35.804459+00', NULL, true, '', '', '{}');
INSERT INTO public.articles OVERRIDING SYSTEM VALUE VALUES (11, 'a0fda441-3e03-4fef-942c-ba4332786c36', 'http://127.0.0.1:23401/research/security/undated', NULL, 'site', 'released', 'A Paper without a Date', '{"Anna Marsh"}', NULL, NULL, '{security}', '{central-asia}', false, false, 'Paragraph 1 of the article about papers: the port handled more ships than in the year before, and the railway behind it sent 3 trains a week to the east. The ministry in Kazakhstan expects papers to grow further.', '', '', 'en', 195, '<p>Paragraph 1 of the article about papers: the port handled more ships than in the year before, and the railway behind it sent 3 trains a week to the east. The ministry in Kazakhstan expects papers to grow further.</p><p>Paragraph 2 of the article about papers: the port handled more ships than in the year before, and the railway behind it sent 4 trains a week to the east. The ministry in Kazakhstan expects papers to grow further.</p><p>Paragraph 3 of the article about papers: the port handled more ships than in the year before, and the railway behind it sent 5 trains a week to the east. The ministry in Kazakhstan expects papers to grow further.</p><p>Paragraph 4 of the article about papers: the port handled more ships than in the year before, and the railway behind it sent 6 trains a week to the east. The ministry in Kazakhstan expects papers to grow further.</p><p>Paragraph 5 of the article about papers: the port handled more ships than in the year before, and the railway behind it sent 7 trains a week to the east. The ministry in Kazakhstan expects papers to grow further.</p>', 'Paragraph 1 of the article about papers: the port handled more ships than in the year before, and the railway behind it sent 3 trains a week to the east. The ministry in Kazakhstan expects papers to grow further.
Paragraph 2 of the article about papers: the port handled more ships than in the year before, and the railway behind it sent 4 trains a week to the east. The ministry in Kazakhstan expects papers to grow further.
Paragraph 3 of the article about papers: the port handled more ships than in the year before, and the railway behind it sent 5 trains a week to the east. The ministry in Kazakhstan expects papers to grow further.
Paragraph 4 of the article about papers: the port handled more ships than in the year before, and the railway behind it sent 6 trains a week to the east. The ministry in Kazakhstan expects papers to grow further.
Paragraph 5 of the article about papers: the port handled more ships than in the year before, and the railway behind it sent 7 trains a week to the east. The ministry in Kazakhstan expects papers to grow further.', '\x212537101158234e0a3aa74a05b79d1ad6866000934c615f61b76035401c2908', 1, false, 9, '2026-11-28 04:53:35.811402+00', '2026-11-28 04:53:35.811402+00', '2026-11-28 04:53:35.811402+00', NULL, '2026-11-28 04:53:35.811402+00', '2026-11-28 04:53:35.811402+00', NULL, true, '', '', '{}');
INSERT INTO public.articles OVERRIDING SYSTEM VALUE VALUES (15, 'b0ffb613-5821-4460-8ce7-654011ea05ca', 'http://127.0.0.1:23401/research/transport/trains-east', NULL, 'site', 'held', 'Trains to the East', '{"Anna Marsh"}', '2026-11-25 09:00:00+00', NULL, '{transport}', '{central-asia}', false, true, 'Paragraph 1 of the article about trains: the port handled more ships than in the year before, and the railway behind it sent 3 trains a week to the east. The ministry in Kazakhstan expects trains to grow further.', '', '', 'en', 195, '<p>Paragraph 1 of the article about trains: the port handled more ships than in the year before, and the railway behind it sent 3 trains a week to the east. The ministry in Kazakhstan expects trains to grow further.</p><p>Paragraph 2 of the article about trains: the port handled more ships than in the year before, and the railway behind it sent 4 trains a week to the east. The ministry in Kazakhstan expects trains to grow further.</p><p>Paragraph 3 of the article about trains: the port handled more ships than in the year before, and the railway behind it sent 5 trains a week to the east. The ministry in Kazakhstan expects trains to grow further.</p><p>Paragraph 4 of the article about trains: the port handled more ships than in the year before, and the railway behind it sent 6 trains a week to the east. The ministry in Kazakhstan expects trains to grow further.</p><p>Paragraph 5 of the article about trains: the port handled more ships than in the year before, and the railway behind it sent 7 trains a week to the east. The ministry in Kazakhstan expects trains to grow further.</p>', 'Paragraph 1 of the article about trains: the port handled more ships than in the year before, and the railway behind it sent 3 trains a week to the east. The ministry in Kazakhstan expects trains to grow further.
Paragraph 2 of the article about trains: the port handled more ships than in the year before, and the railway behind it sent 4 trains a week to the east. The ministry in Kazakhstan expects trains to grow further.
Paragraph 3 of the article about trains: the port handled more ships than in the year before, and the railway behind it sent 5 trains a week to the east. The ministry in Kazakhstan expects trains to grow further.
Paragraph 4 of the article about trains: the port handled more ships than in the year before, and the railway behind it sent 6 trains a week to the east. The ministry in Kazakhstan expects trains to grow further.
Paragraph 5 of the article about trains: the port handled more ships than in the year before, and the railway behind it sent 7 trains a week to the east. The ministry in Kazakhstan expects trains to grow further.', '\x653225b33cb6b720dbf233783c0f1cc0a5cb715f6bda1021c322408426f10cbb', 1, true, 13, '2026-11-28 04:53:35.823988+00', '2026-11-28 04:53:35.823988+00', '2026-11-28 04:53:35.973248+00', NULL, '2026-11-28 04:53:35.823988+00', '2026-11-28 04:53:35.823988+00', NULL, true, '', '', '{}');
INSERT INTO public.articles OVERRIDING SYSTEM VALUE VALUES (12, '971143f1-e09d-4b3e-b7b0-7241b144e2ec', 'http://127.0.0.1:23401/research/security/old-treaty', NULL, 'site', 'released', 'An Old Treaty', '{"Anna Marsh"}', '2025-02-03 09:00:00+00', NULL, '{security}', '{central-asia}', false, false, 'Paragraph 1 of the article about treaties: the port handled more ships than in the year before, and the railway behind it sent 3 trains a week to the east. The ministry in Kazakhstan expects treaties to grow further.', '', '', 'en', 195, '<p>Paragraph 1 of the article about treaties: the port handled more ships than in the year before, and the railway behind it sent 3 trains a week to the east. The ministry in Kazakhstan expects treaties to grow further.</p><p>Paragraph 2 of the article about treaties: the port handled more ships than in the year before, and the railway behind it sent 4 trains a week to the east. The ministry in Kazakhstan expects treaties to grow further.</p><p>Paragraph 3 of the article about treaties: the port handled more ships than in the year before, and the railway behind it sent 5 trains a week to the east. The ministry in Kazakhstan expects treaties to grow further.</p><p>Paragraph 4 of the article about treaties: the port handled more ships than in the year before, and the railway behind it sent 6 trains a week to the east. The ministry in Kazakhstan expects treaties to grow further.</p><p>Paragraph 5 of the article about treaties: the port handled more ships than in the year before, and the railway behind it sent 7 trains a week to the east. The ministry in Kazakhstan expects treaties to grow further.</p>', 'Paragraph 1 of the article about treaties: the port handled more ships than in the year before, and the railway behind it sent 3 trains a week to the east. The ministry in Kazakhstan expects treaties to grow further.
Paragraph 2 of the article about treaties: the port handled more ships than in the year before, and the railway behind it sent 4 trains a week to the east. The ministry in Kazakhstan expects treaties to grow further.
Paragraph 3 of the article about treaties: the port handled more ships than in the year before, and the railway behind it sent 5 trains a week to the east. The ministry in Kazakhstan expects treaties to grow further.
Paragraph 4 of the article about treaties: the port handled more ships than in the year before, and the railway behind it sent 6 trains a week to the east. The ministry in Kazakhstan expects treaties to grow further.
Paragraph 5 of the article about treaties: the port handled more ships than in the year before, and the railway behind it sent 7 trains a week to the east. The ministry in Kazakhstan expects treaties to grow further.', '\x5c958f812cc3f46be5d8690707e6aadb3a101f90be71803b3c97999a57db1d02', 1, false, 10, '2026-11-28 04:53:35.812463+00', '2026-11-28 04:53:35.812463+00', '2026-11-28 04:53:35.812463+00', NULL, '2026-11-28 04:53:35.812463+00', '2026-11-28 04:53:35.812463+00', NULL, true, '', '', '{}');
INSERT INTO public.articles OVERRIDING SYSTEM VALUE VALUES (16, '2af8a735-5faa-4a1b-9eb0-1c872bac0f80', 'http://127.0.0.1:23401/research/transport/lamp-on-the-pier', NULL, 'site', 'released', 'A Lamp on the Pier', '{"Anna Marsh"}', '2026-11-26 09:00:00+00', NULL, '{transport}', '{central-asia}', false, false, 'Paragraph 1 of the article about the pier: the port handled more ships than in the year before, and the railway behind it sent 3 trains a week to the east. The ministry in Kazakhstan expects the pier to grow further.', '', '', 'en', 205, '<p>Paragraph 1 of the article about the pier: the port handled more ships than in the year before, and the railway behind it sent 3 trains a week to the east. The ministry in Kazakhstan expects the pier to grow further.</p><p>Paragraph 2 of the article about the pier: the port handled more ships than in the year before, and the railway behind it sent 4 trains a week to the east. The ministry in Kazakhstan expects the pier to grow further.</p><p>Paragraph 3 of the article about the pier: the port handled more ships than in the year before, and the railway behind it sent 5 trains a week to the east. The ministry in Kazakhstan expects the pier to grow further.</p><p>Paragraph 4 of the article about the pier: the port handled more ships than in the year before, and the railway behind it sent 6 trains a week to the east. The ministry in Kazakhstan expects the pier to grow further.</p><p>Paragraph 5 of the article about the pier: the port handled more ships than in the year before, and the railway behind it sent 7 trains a week to the east. The ministry in Kazakhstan expects the pier to grow further.</p>', 'Paragraph 1 of the article about the pier: the port handled more ships than in the year before, and the railway behind it sent 3 trains a week to the east. The ministry in Kazakhstan expects the pier to grow further.
Paragraph 2 of the article about the pier: the port handled more ships than in the year before, and the railway behind it sent 4 trains a week to the east. The ministry in Kazakhstan expects the pier to grow further.
Paragraph 3 of the article about the pier: the port handled more ships than in the year before, and the railway behind it sent 5 trains a week to the east. The ministry in Kazakhstan expects the pier to grow further.
Paragraph 4 of the article about the pier: the port handled more ships than in the year before, and the railway behind it sent 6 trains a week to the east. The ministry in Kazakhstan expects the pier to grow further.
Paragraph 5 of the article about the pier: the port handled more ships than in the year before, and the railway behind it sent 7 trains a week to the east. The ministry in Kazakhstan expects the pier to grow further.', '\xd4ebda19c067358fd9217d986ed69ebb913d7335cca71a7d23affbfa77ad7f86', 1, true, 14, '2026-11-28 04:53:35.827905+00', '2026-11-28 04:53:35.827905+00', '2026-11-28 04:53:35.827905+00', NULL, '2026-11-28 04:53:35.827905+00', '2026-11-28 04:53:35.827905+00', NULL, true, '', '', '{}');
INSERT INTO public.articles OVERRIDING SYSTEM VALUE VALUES (17, 'aaa7deff-f922-42d9-938e-247e80f45b85', 'http://127.0.0.1:23402/articles/17', 'file:/tmp/corridor-fill-2mx7yf4j/dropped.md', '', 'released', 'An Imported Paper', '{"Saiga Notebook"}', '2026-10-20 00:00:00+00', NULL, '{transport}', '{central-asia}', false, false, 'Some words of an imported paper that has no address of its own. Some words of an imported paper that has no address of its own. Some words of an imported paper that has no address of its own. Some words of an imported paper that has no address of its own. Some words of an imported paper that has no address of its own.', '', '', 'en', 104, '<p>Some words of an imported paper that has no address of its own. Some words of an imported paper that has no address of its own. Some words of an imported paper that has no address of its own. Some words of an imported paper that has no address of its own. Some words of an imported paper that has no address of its own. Some words of an imported paper that has no address of its own. Some words of an imported paper that has no address of its own. Some words of an imported paper that has no address of its own.</p>', 'Some words of an imported paper that has no address of its own. Some words of an imported paper that has no address of its own. Some words of an imported paper that has no address of its own. Some words of an imported paper that has no address of its own. Some words of an imported paper that has no address of its own. Some words of an imported paper that has no address of its own. Some words of an imported paper that has no address of its own. Some words of an imported paper that has no address of its own.', '\xe817c54bda5f01854739284ca909e95bfdc7ebfe1fef5130ae1adaecd09e5f9d', 1, true, 15, '2026-11-28 04:53:35.882058+00', '2026-11-28 04:53:35.882058+00', '2026-11-28 04:53:35.882058+00', NULL, '2026-11-28 04:53:35.882058+00', '2026-11-28 04:53:35.882058+00', NULL, true, '', '', '{}');
INSERT INTO public.articles OVERRIDING SYSTEM VALUE VALUES (13, '1e6a23aa-7ffd-44c3-9da7-cc3c1e6ac52f', 'http://127.0.0.1:23401/research/energy/wind-farms', NULL, 'site', 'released', 'Wind Farms on the Steppe', '{"Anna Marsh"}', '2026-11-23 09:00:00+00', NULL, '{energy}', '{south-caucasus}', true, false, 'Paragraph 1 of the article about wind: the port handled more ships than in the year before, and the railway behind it sent 3 trains a week to the east. The ministry in Kazakhstan expects wind to grow further.', '', '', 'en', 195, '<p>Paragraph 1 of the article about wind: the port handled more ships than in the year before, and the railway behind it sent 3 trains a week to the east. The ministry in Kazakhstan expects wind to grow further.</p><p>Paragraph 2 of the article about wind: the port handled more ships than in the year before, and the railway behind it sent 4 trains a week to the east. The ministry in Kazakhstan expects wind to grow further.</p><p>Paragraph 3 of the article about wind: the port handled more ships than in the year before, and the railway behind it sent 5 trains a week to the east. The ministry in Kazakhstan expects wind to grow further.</p><p>Paragraph 4 of the article about wind: the port handled more ships than in the year before, and the railway behind it sent 6 trains a week to the east. The ministry in Kazakhstan expects wind to grow further.</p><p>Paragraph 5 of the article about wind: the port handled more ships than in the year before, and the railway behind it sent 7 trains a week to the east. The ministry in Kazakhstan expects wind to grow further.</p>', 'Paragraph 1 of the article about wind: the port handled more ships than in the year before, and the railway behind it sent 3 trains a week to the east. The ministry in Kazakhstan expects wind to grow further.
Paragraph 2 of the article about wind: the port handled more ships than in the year before, and the railway behind it sent 4 trains a week to the east. The ministry in Kazakhstan expects wind to grow further.
Paragraph 3 of the article about wind: the port handled more ships than in the year before, and the railway behind it sent 5 trains a week to the east. The ministry in Kazakhstan expects wind to grow further.
Paragraph 4 of the article about wind: the port handled more ships than in the year before, and the railway behind it sent 6 trains a week to the east. The ministry in Kazakhstan expects wind to grow further.
Paragraph 5 of the article about wind: the port handled more ships than in the year before, and the railway behind it sent 7 trains a week to the east. The ministry in Kazakhstan expects wind to grow further.', '\xa9c37a8edcc61c3a583d6222bbf92f7269fa79ad8cef1c5a3729224ec31d43bc', 1, true, 16, '2026-11-28 04:53:35.819498+00', '2026-11-28 04:53:35.92807+00', '2026-11-28 04:53:35.92807+00', NULL, '2026-11-28 04:53:35.819498+00', '2026-11-28 04:53:35.819498+00', NULL, true, '', '', '{"author Anna Marsh","program energy","region central-asia"}');
INSERT INTO public.batches OVERRIDING SYSTEM VALUE VALUES (1, 1, '', '2026-11-28 04:54:41.828+00', 1, NULL, NULL, '2026-11-28 04:53:36.955138+00', '{}', '2026-11-28 04:53:36.850495+00');
INSERT INTO public.batches OVERRIDING SYSTEM VALUE VALUES (2, 2, '', '2026-11-28 04:54:34.262+00', 1, NULL, NULL, '2026-11-28 04:53:36.959616+00', '{}', '2026-11-28 04:53:36.900831+00');
INSERT INTO public.batches OVERRIDING SYSTEM VALUE VALUES (3, 3, 'example.org', NULL, 1, NULL, NULL, '2026-11-28 04:53:36.96009+00', '{}', '2026-11-28 04:53:36.900831+00');
INSERT INTO public.batches OVERRIDING SYSTEM VALUE VALUES (4, 4, '', '2026-11-28 04:53:39.283853+00', 0, NULL, NULL, NULL, '{}', NULL);
INSERT INTO public.batches OVERRIDING SYSTEM VALUE VALUES (5, 5, '', NULL, 0, NULL, NULL, NULL, '{}', NULL);
INSERT INTO public.batches OVERRIDING SYSTEM VALUE VALUES (6, 7, 'example.net', '2026-11-28 04:53:39.645173+00', 0, NULL, NULL, NULL, '{}', NULL);
INSERT INTO public.changes VALUES ('subscriber', 12, '779', '2026-11-28 04:53:36.097697+00');
INSERT INTO public.changes VALUES ('subscriber', 13, '781', '2026-11-28 04:53:36.184667+00');
INSERT INTO public.changes VALUES ('subscriber', 14, '782', '2026-11-28 04:53:36.194861+00');
INSERT INTO public.changes VALUES ('subscriber', 7, '823', '2026-11-28 04:53:36.954107+00');
INSERT INTO public.changes VALUES ('edition', 3, '831', '2026-11-28 04:53:36.964257+00');
INSERT INTO public.changes VALUES ('edition', 4, '844', '2026-11-28 04:53:39.346592+00');
INSERT INTO public.changes VALUES ('edition', 5, '857', '2026-11-28 04:53:39.499793+00');
INSERT INTO public.deliveries VALUES (1, 1, 1, 2, 2, 'sent', 1, NULL, '2026-11-28 04:53:36.907+00', '2026-11-28 04:53:36.907+00', 250, '2.0.0', 'taken', '127.0.0.1:23403', 12841, NULL);
INSERT INTO public.deliveries VALUES (1, 2, 1, 1, 1, 'sent', 1, NULL, '2026-11-28 04:53:36.948+00', '2026-11-28 04:53:36.948+00', 250, '2.0.0', 'taken', '127.0.0.1:23403', 23290, NULL);
INSERT INTO public.deliveries VALUES (1, 3, 1, 3, 3, 'sent', 1, NULL, '2026-11-28 04:53:36.9+00', '2026-11-28 04:53:36.9+00', 250, '2.0.0', 'taken', '127.0.0.1:23403', 13971, NULL);
INSERT INTO public.deliveries VALUES (1, 4, 1, 1, 1, 'sent', 1, NULL, '2026-11-28 04:53:36.904+00', '2026-11-28 04:53:36.904+00', 250, '2.0.0', 'taken', '127.0.0.1:23403', 23265, NULL);
INSERT INTO public.deliveries VALUES (1, 7, 1, 1, 1, 'bounced', 1, NULL, '2026-11-28 04:53:36.899+00', '2026-11-28 04:53:36.899+00', 550, '5.1.1', 'User unknown', '127.0.0.1:23403', 0, NULL);
INSERT INTO public.deliveries VALUES (1, 8, 1, 1, 1, 'failed', 1, NULL, '2026-11-28 04:53:36.899+00', '2026-11-28 04:53:36.899+00', 554, '5.6.0', 'Message not wanted', '127.0.0.1:23403', 0, NULL);
INSERT INTO public.deliveries VALUES (1, 9, 1, 1, 1, 'deferred', 1, '2026-11-28 04:54:41.828+00', '2026-11-28 04:53:36.901+00', '2026-11-28 04:53:36.901+00', 451, '4.7.1', 'Greylisted', '127.0.0.1:23403', 0, NULL);
INSERT INTO public.deliveries VALUES (1, 10, 1, 1, 1, 'uncertain', 1, NULL, '2026-11-28 04:53:36.904+00', '2026-11-28 04:53:36.904+00', NULL, NULL, 'no answer to the message: EOF', '127.0.0.1:23403', 23260, NULL);
INSERT INTO public.deliveries VALUES (2, 2, 2, 4, 4, 'sent', 1, NULL, '2026-11-28 04:53:36.956+00', '2026-11-28 04:53:36.956+00', 250, '2.0.0', 'taken', '127.0.0.1:23403', 8125, NULL);
INSERT INTO public.deliveries VALUES (2, 3, 2, 4, 4, 'sent', 1, NULL, '2026-11-28 04:53:36.949+00', '2026-11-28 04:53:36.949+00', 250, '2.0.0', 'taken', '127.0.0.1:23403', 8116, NULL);
INSERT INTO public.deliveries VALUES (2, 4, 2, 4, 4, 'sent', 1, NULL, '2026-11-28 04:53:36.908+00', '2026-11-28 04:53:36.908+00', 250, '2.0.0', 'taken', '127.0.0.1:23403', 8100, NULL);
INSERT INTO public.deliveries VALUES (2, 6, 2, 4, 4, 'sent', 1, NULL, '2026-11-28 04:53:36.908+00', '2026-11-28 04:53:36.908+00', 250, '2.0.0', 'taken', '127.0.0.1:23403', 8121, NULL);
INSERT INTO public.deliveries VALUES (2, 7, 2, 4, 4, 'bounced', 1, NULL, '2026-11-28 04:53:36.908+00', '2026-11-28 04:53:36.908+00', 550, '5.1.1', 'User unknown', '127.0.0.1:23403', 0, NULL);
INSERT INTO public.deliveries VALUES (2, 8, 2, 4, 4, 'failed', 1, NULL, '2026-11-28 04:53:36.909+00', '2026-11-28 04:53:36.909+00', 554, '5.6.0', 'Message not wanted', '127.0.0.1:23403', 0, NULL);
INSERT INTO public.deliveries VALUES (2, 9, 2, 4, 4, 'deferred', 1, '2026-11-28 04:54:34.262+00', '2026-11-28 04:53:36.909+00', '2026-11-28 04:53:36.909+00', 451, '4.7.1', 'Greylisted', '127.0.0.1:23403', 0, NULL);
INSERT INTO public.deliveries VALUES (2, 10, 2, 4, 4, 'uncertain', 1, NULL, '2026-11-28 04:53:36.91+00', '2026-11-28 04:53:36.91+00', NULL, NULL, 'no answer to the message: EOF', '127.0.0.1:23403', 8095, NULL);
INSERT INTO public.deliveries VALUES (3, 1, 3, 5, 5, 'sent', 1, NULL, '2026-11-28 04:53:36.957+00', '2026-11-28 04:53:36.957+00', 250, '2.0.0', 'taken', '127.0.0.1:23403', 8143, NULL);
INSERT INTO public.deliveries VALUES (3, 2, 3, 5, 5, 'sent', 1, NULL, '2026-11-28 04:53:36.951+00', '2026-11-28 04:53:36.951+00', 250, '2.0.0', 'taken', '127.0.0.1:23403', 8141, NULL);
INSERT INTO public.deliveries VALUES (4, 3, 4, 6, NULL, 'queued', 0, NULL, NULL, NULL, NULL, NULL, NULL, NULL, 0, NULL);
INSERT INTO public.deliveries VALUES (4, 4, 4, 6, NULL, 'queued', 0, NULL, NULL, NULL, NULL, NULL, NULL, NULL, 0, NULL);
INSERT INTO public.deliveries VALUES (4, 8, 4, 6, NULL, 'queued', 0, NULL, NULL, NULL, NULL, NULL, NULL, NULL, 0, NULL);
INSERT INTO public.deliveries VALUES (4, 9, 4, 6, NULL, 'queued', 0, NULL, NULL, NULL, NULL, NULL, NULL, NULL, 0, NULL);
INSERT INTO public.deliveries VALUES (4, 10, 4, 6, NULL, 'queued', 0, NULL, NULL, NULL, NULL, NULL, NULL, NULL, 0, NULL);
INSERT INTO public.deliveries VALUES (4, 1, 4, 6, NULL, 'queued', 0, NULL, NULL, NULL, NULL, NULL, NULL, NULL, 0, NULL);
INSERT INTO public.deliveries VALUES (4, 2, 4, 6, NULL, 'queued', 0, NULL, NULL, NULL, NULL, NULL, NULL, NULL, 0, NULL);
INSERT INTO public.deliveries VALUES (5, 4, 5, 7, NULL, 'skipped', 0, NULL, NULL, '2026-11-28 04:53:39.532941+00', NULL, NULL, NULL, NULL, 0, 'cancelled');
INSERT INTO public.deliveries VALUES (5, 5, 5, 7, NULL, 'skipped', 0, NULL, NULL, '2026-11-28 04:53:39.532941+00', NULL, NULL, NULL, NULL, 0, 'cancelled');
INSERT INTO public.deliveries VALUES (5, 6, 5, 7, NULL, 'skipped', 0, NULL, NULL, '2026-11-28 04:53:39.532941+00', NULL, NULL, NULL, NULL, 0, 'cancelled');
INSERT INTO public.deliveries VALUES (5, 8, 5, 7, NULL, 'skipped', 0, NULL, NULL, '2026-11-28 04:53:39.532941+00', NULL, NULL, NULL, NULL, 0, 'cancelled');
INSERT INTO public.deliveries VALUES (5, 9, 5, 7, NULL, 'skipped', 0, NULL, NULL, '2026-11-28 04:53:39.532941+00', NULL, NULL, NULL, NULL, 0, 'cancelled');
INSERT INTO public.deliveries VALUES (5, 10, 5, 7, NULL, 'skipped', 0, NULL, NULL, '2026-11-28 04:53:39.532941+00', NULL, NULL, NULL, NULL, 0, 'cancelled');
INSERT INTO public.deliveries VALUES (5, 1, 5, 7, NULL, 'skipped', 0, NULL, NULL, '2026-11-28 04:53:39.532941+00', NULL, NULL, NULL, NULL, 0, 'cancelled');
INSERT INTO public.deliveries VALUES (5, 2, 5, 7, NULL, 'skipped', 0, NULL, NULL, '2026-11-28 04:53:39.532941+00', NULL, NULL, NULL, NULL, 0, 'cancelled');
INSERT INTO public.deliveries VALUES (7, 5, 6, 8, NULL, 'queued', 0, NULL, NULL, NULL, NULL, NULL, NULL, NULL, 0, NULL);
INSERT INTO public.editions OVERRIDING SYSTEM VALUE VALUES (1, 'digest', 'daily', '2026-11-28 07:00:00', 'Sample Review daily, 28 November 2026', '', '{}', '{}', 'sending', '', NULL, '', '2026-11-28 04:53:36.472993+00', '2026-11-28 04:53:36.472993+00', NULL, NULL, NULL, 0);
INSERT INTO public.editions OVERRIDING SYSTEM VALUE VALUES (2, 'special', NULL, NULL, 'Three articles on one sea', 'These belong together.', '{14}', '{"programs": ["energy"]}', 'sending', '', '\x25af9be02d5167bf9e775344fede408817e302b79d68f4569ddc414f77d901f6', 'command line', '2026-11-28 04:53:36.576083+00', '2026-11-28 04:53:36.623522+00', NULL, NULL, NULL, 0);
INSERT INTO public.editions OVERRIDING SYSTEM VALUE VALUES (3, 'special', NULL, NULL, 'For two readers alone', 'Confidential words.', '{16}', '{"readers": [1, 2]}', 'finished', '', '\x693d67e2694ad72af28225e602504c40d4d4df7aed356d5b8de2185ef205bced', 'command line', '2026-11-28 04:53:36.709887+00', '2026-11-28 04:53:36.752805+00', '2026-11-28 04:53:36.960837+00', NULL, NULL, 0);
INSERT INTO public.editions OVERRIDING SYSTEM VALUE VALUES (4, 'special', NULL, NULL, 'Paused in the middle', 'Queued words.', '{13}', '{"frequencies": ["daily"]}', 'paused', '', '\xb59ef169c8448945c8c0584bd85e333b3223eb1123002dc02b961db64c94371d', 'command line', '2026-11-28 04:53:39.217298+00', '2026-11-28 04:53:39.264242+00', NULL, NULL, NULL, 0);
INSERT INTO public.editions OVERRIDING SYSTEM VALUE VALUES (5, 'special', NULL, NULL, 'Cancelled before it left', 'Secret words.', '{14}', '{"programs": ["transport"]}', 'cancelled', 'cancelled by staff', '\xe05368b9df8cbb970172f39de4d484fb0960c18553c6b6bd2ad2f3b90e8dc31a', 'command line', '2026-11-28 04:53:39.378583+00', '2026-11-28 04:53:39.420067+00', '2026-11-28 04:53:39.532941+00', NULL, NULL, 0);
INSERT INTO public.editions OVERRIDING SYSTEM VALUE VALUES (6, 'special', NULL, NULL, 'A draft', 'Draft words.', '{14}', '{"regions": ["central-asia"]}', 'draft', '', NULL, '', '2026-11-28 04:53:39.573859+00', NULL, NULL, NULL, NULL, 0);
INSERT INTO public.editions OVERRIDING SYSTEM VALUE VALUES (7, 'digest', 'weekly', '2026-11-23 07:00:00', 'Sample Review weekly, 23 November 2026', '', '{}', '{}', 'sending', '', NULL, '', '2026-11-28 04:53:39.61285+00', '2026-11-28 04:53:39.61285+00', NULL, NULL, NULL, 0);
INSERT INTO public.feed_labels VALUES ('program', 'transport');
INSERT INTO public.feed_labels VALUES ('program', 'energy');
INSERT INTO public.feed_labels VALUES ('program', 'security');
INSERT INTO public.feed_labels VALUES ('region', 'central-asia');
INSERT INTO public.feed_labels VALUES ('region', 'south-caucasus');
INSERT INTO public.goose_db_version VALUES (1, 0, true, '2026-11-28 04:53:35.55629');
INSERT INTO public.goose_db_version VALUES (2, 1, true, '2026-11-28 04:53:35.563478');
INSERT INTO public.goose_db_version VALUES (3, 2, true, '2026-11-28 04:53:35.585661');
INSERT INTO public.goose_db_version VALUES (4, 3, true, '2026-11-28 04:53:35.600795');
INSERT INTO public.goose_db_version VALUES (5, 4, true, '2026-11-28 04:53:35.625597');
INSERT INTO public.goose_db_version VALUES (6, 5, true, '2026-11-28 04:53:35.645508');
INSERT INTO public.goose_db_version VALUES (7, 6, true, '2026-11-28 04:53:35.661179');
INSERT INTO public.goose_db_version VALUES (8, 7, true, '2026-11-28 04:53:35.66815');
INSERT INTO public.goose_db_version VALUES (9, 8, true, '2026-11-28 04:53:35.67195');
INSERT INTO public.goose_db_version VALUES (10, 9, true, '2026-11-28 04:53:35.673217');
INSERT INTO public.goose_db_version VALUES (11, 10, true, '2026-11-28 04:53:35.67768');
INSERT INTO public.goose_db_version VALUES (12, 11, true, '2026-11-28 04:53:35.679521');
INSERT INTO public.goose_db_version VALUES (13, 12, true, '2026-11-28 04:53:35.686268');
INSERT INTO public.installation VALUES ('message_id_key', '75b26914227178541d2bdd21037abd3784e12cfac486a797aa93c3ef9e017053');
INSERT INTO public.missed_deliveries VALUES (7, 1);
INSERT INTO public.missed_deliveries VALUES (8, 1);
INSERT INTO public.missed_deliveries VALUES (7, 4);
INSERT INTO public.missed_deliveries VALUES (8, 4);
INSERT INTO public.missed_deliveries VALUES (4, 7);
INSERT INTO public.missed_deliveries VALUES (6, 7);
INSERT INTO public.missed_deliveries VALUES (8, 7);
INSERT INTO public.missed_deliveries VALUES (9, 7);
INSERT INTO public.missed_deliveries VALUES (10, 7);
INSERT INTO public.missed_deliveries VALUES (1, 7);
INSERT INTO public.missed_deliveries VALUES (2, 7);
INSERT INTO public.outbox OVERRIDING SYSTEM VALUE VALUES (1, 'confirmation', 'pending@example.org', '\x', 'sent', 1, NULL, NULL, '2026-11-28 04:53:36.195062+00', '2026-11-28 04:53:36.827675+00', 250, '2.0.0', 'taken');
INSERT INTO public.preference_sets OVERRIDING SYSTEM VALUE VALUES (1, '{transport}', '{central-asia}');
INSERT INTO public.preference_sets OVERRIDING SYSTEM VALUE VALUES (2, '{}', '{}');
INSERT INTO public.preference_sets OVERRIDING SYSTEM VALUE VALUES (3, '{energy,security}', '{}');
INSERT INTO public.preference_sets OVERRIDING SYSTEM VALUE VALUES (4, '{transport}', '{}');
INSERT INTO public.preference_sets OVERRIDING SYSTEM VALUE VALUES (5, '{}', '{south-caucasus}');
INSERT INTO public.preference_sets OVERRIDING SYSTEM VALUE VALUES (6, '{energy}', '{}');
INSERT INTO public.reader_positions VALUES (1, 16, 'daily', '2026-11-28 07:00:00');
INSERT INTO public.reader_positions VALUES (2, 16, 'daily', '2026-11-28 07:00:00');
INSERT INTO public.reader_positions VALUES (3, 16, 'daily', '2026-11-28 07:00:00');
INSERT INTO public.reader_positions VALUES (4, 16, 'daily', '2026-11-28 07:00:00');
INSERT INTO public.reader_positions VALUES (7, 16, 'daily', '2026-11-28 07:00:00');
INSERT INTO public.reader_positions VALUES (8, 16, 'daily', '2026-11-28 07:00:00');
INSERT INTO public.reader_positions VALUES (9, 16, 'daily', '2026-11-28 07:00:00');
INSERT INTO public.reader_positions VALUES (10, 16, 'daily', '2026-11-28 07:00:00');
INSERT INTO public.reader_positions VALUES (5, 16, 'weekly', '2026-11-23 07:00:00');
INSERT INTO public.release_counter VALUES (true, 16);
INSERT INTO public.renderings OVERRIDING SYSTEM VALUE VALUES (1, 1, 'Sample Review daily: An Imported Paper and 10 more', '<!doctype html>
<html lang="en" dir="auto" xmlns="http://www.w3.org/1999/xhtml">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="supported-color-schemes" content="light dark">
<meta name="format-detection" content="telephone=no, date=no, address=no, email=no">
<meta name="x-apple-disable-message-reformatting">
<title>Sample Review daily: An Imported Paper and 10 more</title>
<style>
:root { color-scheme: light dark; supported-color-schemes: light dark; }
body { margin: 0; padding: 0; width: 100%; -webkit-text-size-adjust: 100%; text-size-adjust: 100%; }
img { border: 0; display: block; height: auto; max-width: 100%; }
a { text-underline-offset: 2px; }
a.title:hover { text-decoration: underline !important; }
@media (max-width: 600px) {
  .sheet, .foot { padding-left: 20px !important; padding-right: 20px !important; }
  .masthead { font-size: 24px !important; }
}
@media (prefers-color-scheme: dark) {
  .paper { background-color: #14171a !important; }
  .sheet { background-color: #1b1f23 !important; }
  .ink { color: #ece9e2 !important; }
  .soft { color: #a9afb5 !important; }
  .accent { color: #7fcbd6 !important; }
  .rule { border-color: #3a4147 !important; }
  .band { border-color: #7fcbd6 !important; }
}
[data-ogsc] .ink { color: #ece9e2 !important; }
[data-ogsc] .soft { color: #a9afb5 !important; }
[data-ogsc] .accent { color: #7fcbd6 !important; }
[data-ogsb] .paper { background-color: #14171a !important; }
[data-ogsb] .sheet { background-color: #1b1f23 !important; }
</style>
</head>
<body class="paper" style="margin:0;padding:0;background-color:#f4f1ea;">
<div style="display:none;max-height:0;max-width:0;overflow:hidden;opacity:0;font-size:1px;line-height:1px;color:transparent;">Also: A Lamp on the Pier; Тариф; A Lamp on the Pier; Wind Farms on the Steppe; Oil by Sea; The First of Two; A Date by a Slip; Texts That…</div>
<table role="presentation" class="paper" width="100%" cellpadding="0" cellspacing="0" border="0" style="background-color:#f4f1ea;">
<tr><td align="center" style="padding:0;">
<!--[if mso]><table role="presentation" width="640" cellpadding="0" cellspacing="0" border="0"><tr><td><![endif]-->
<table role="presentation" width="100%" cellpadding="0" cellspacing="0" border="0" style="max-width:640px;">
<tr><td class="sheet band" align="left" style="background-color:#ffffff;border-top:4px solid #0b5563;padding:28px 36px 32px;text-align:start;">
<p class="soft" style="margin:0 0 4px;font:13px/20px -apple-system,''Segoe UI'',Roboto,Helvetica,Arial,sans-serif;color:#565c63;">Daily digest · 28 November 2026</p>
<p class="masthead" dir="auto" style="margin:0 0 20px;font:600 28px/1.2 Georgia,''Times New Roman'',serif;"><a class="ink" href="http://127.0.0.1:23401" style="color:#1c1f23;text-decoration:none;">Sample Review</a></p>
<p class="ink" dir="auto" style="margin:0 0 12px;font:16px/26px -apple-system,''Segoe UI'',Roboto,Helvetica,Arial,sans-serif;color:#1c1f23;">{{corridor:greeting}}</p>
<h2 class="accent rule" dir="auto" style="margin:28px 0 0;padding:0 0 8px;border-bottom:1px solid #ded8cb;font:600 13px/18px -apple-system,''Segoe UI'',Roboto,Helvetica,Arial,sans-serif;letter-spacing:.06em;text-transform:uppercase;color:#0b5563;">Transport</h2>
<div style="padding:22px 0 0;">
<h3 dir="auto" style="margin:0 0 6px;font:600 21px/27px Georgia,''Times New Roman'',serif;"><a class="ink title" href="http://127.0.0.1:23402/articles/17" style="color:#1c1f23;text-decoration:none;">An Imported Paper</a></h3>
<p class="soft" dir="auto" style="margin:0 0 8px;font:14px/20px -apple-system,''Segoe UI'',Roboto,Helvetica,Arial,sans-serif;color:#565c63;">Saiga Notebook · 20 October 2026</p>
<p class="ink" dir="auto" style="margin:0 0 8px;font:16px/25px -apple-system,''Segoe UI'',Roboto,Helvetica,Arial,sans-serif;color:#1c1f23;">Some words of an imported paper that has no address of its own. Some words of an imported paper that has no address of its own. Some words of an imported paper that has no address of its own. Some words of an imported paper that has no address of its own. Some words of an imported paper that has no address of its own.</p>
<p style="margin:0;font:600 15px/24px -apple-system,''Segoe UI'',Roboto,Helvetica,Arial,sans-serif;"><a class="accent" href="http://127.0.0.1:23402/articles/17" style="color:#0b5563;">Read&nbsp;the&nbsp;article</a></p>
</div>
<div style="padding:22px 0 0;">
<h3 dir="auto" style="margin:0 0 6px;font:600 21px/27px Georgia,''Times New Roman'',serif;"><a class="ink title" href="http://127.0.0.1:23401/research/transport/lamp-on-the-pier" style="color:#1c1f23;text-decoration:none;">A Lamp on the Pier</a></h3>
<p class="soft" dir="auto" style="margin:0 0 8px;font:14px/20px -apple-system,''Segoe UI'',Roboto,Helvetica,Arial,sans-serif;color:#565c63;">Anna Marsh · 26 November 2026</p>
<p class="ink" dir="auto" style="margin:0 0 8px;font:16px/25px -apple-system,''Segoe UI'',Roboto,Helvetica,Arial,sans-serif;color:#1c1f23;">Paragraph 1 of the article about the pier: the port handled more ships than in the year before, and the railway behind it sent 3 trains a week to the east. The ministry in Kazakhstan expects the pier to grow further.</p>
<p style="margin:0;font:600 15px/24px -apple-system,''Segoe UI'',Roboto,Helvetica,Arial,sans-serif;"><a class="accent" href="http://127.0.0.1:23401/research/transport/lamp-on-the-pier" style="color:#0b5563;">Read&nbsp;the&nbsp;article</a></p>
</div>
<div style="padding:22px 0 0;">
<h3 dir="auto" style="margin:0 0 6px;font:600 21px/27px Georgia,''Times New Roman'',serif;"><a class="ink title" href="http://127.0.0.1:23401/research/transport/tariff" style="color:#1c1f23;text-decoration:none;">Тариф</a></h3>
<p class="soft" dir="auto" style="margin:0 0 8px;font:14px/20px -apple-system,''Segoe UI'',Roboto,Helvetica,Arial,sans-serif;color:#565c63;">Anna Marsh · 22 November 2026</p>
<p class="ink" dir="auto" style="margin:0 0 8px;font:16px/25px -apple-system,''Segoe UI'',Roboto,Helvetica,Arial,sans-serif;color:#1c1f23;">Paragraph 1 of the article about тарифах: the port handled more ships than in the year before, and the railway behind it sent 3 trains a week to the east. The ministry in Kazakhstan expects тарифах to grow further.</p>
<p style="margin:0;font:600 15px/24px -apple-system,''Segoe UI'',Roboto,Helvetica,Arial,sans-serif;"><a class="accent" href="http://127.0.0.1:23401/research/transport/tariff" style="color:#0b5563;">Read&nbsp;the&nbsp;article</a></p>
</div>
<div style="padding:22px 0 0;">
<h3 dir="auto" style="margin:0 0 6px;font:600 21px/27px Georgia,''Times New Roman'',serif;"><a class="ink title" href="http://127.0.0.1:23401/research/transport/pier-print" style="color:#1c1f23;text-decoration:none;">A Lamp on the Pier</a></h3>
<p class="soft" dir="auto" style="margin:0 0 8px;font:14px/20px -apple-system,''Segoe UI'',Roboto,Helvetica,Arial,sans-serif;color:#565c63;">Anna Marsh · 26 November 2026</p>
<p class="ink" dir="auto" style="margin:0 0 8px;font:16px/25px -apple-system,''Segoe UI'',Roboto,Helvetica,Arial,sans-serif;color:#1c1f23;">Paragraph 1 of the article about the pier: the port handled more ships than in the year before, and the railway behind it sent 3 trains a week to the east. The ministry in Kazakhstan expects the pier to grow further.</p>
<p style="margin:0;font:600 15px/24px -apple-system,''Segoe UI'',Roboto,Helvetica,Arial,sans-serif;"><a class="accent" href="http://127.0.0.1:23401/research/transport/pier-print" style="color:#0b5563;">Read&nbsp;the&nbsp;article</a></p>
</div>
<h2 class="accent rule" dir="auto" style="margin:28px 0 0;padding:0 0 8px;border-bottom:1px solid #ded8cb;font:600 13px/18px -apple-system,''Segoe UI'',Roboto,Helvetica,Arial,sans-serif;letter-spacing:.06em;text-transform:uppercase;color:#0b5563;">Energy</h2>
<div style="padding:22px 0 0;">
<h3 dir="auto" style="margin:0 0 6px;font:600 21px/27px Georgia,''Times New Roman'',serif;"><a class="ink title" href="http://127.0.0.1:23401/research/energy/wind-farms" style="color:#1c1f23;text-decoration:none;">Wind Farms on the Steppe</a></h3>
<p class="soft" dir="auto" style="margin:0 0 8px;font:14px/20px -apple-system,''Segoe UI'',Roboto,Helvetica,Arial,sans-serif;color:#565c63;">Anna Marsh · 23 November 2026</p>
<p class="ink" dir="auto" style="margin:0 0 8px;font:16px/25px -apple-system,''Segoe UI'',Roboto,Helvetica,Arial,sans-serif;color:#1c1f23;">Paragraph 1 of the article about wind: the port handled more ships than in the year before, and the railway behind it sent 3 trains a week to the east. The ministry in Kazakhstan expects wind to grow further.</p>
<p style="margin:0;font:600 15px/24px -apple-system,''Segoe UI'',Roboto,Helvetica,Arial,sans-serif;"><a class="accent" href="http://127.0.0.1:23401/research/energy/wind-farms" style="color:#0b5563;">Read&nbsp;the&nbsp;article</a></p>
</div>
<div style="padding:22px 0 0;">
<h3 dir="auto" style="margin:0 0 6px;font:600 21px/27px Georgia,''Times New Roman'',serif;"><a class="ink title" href="http://127.0.0.1:23401/research/energy/oil-by-sea" style="color:#1c1f23;text-decoration:none;">Oil by Sea</a></h3>
<p class="soft" dir="auto" style="margin:0 0 8px;font:14px/20px -apple-system,''Segoe UI'',Roboto,Helvetica,Arial,sans-serif;color:#565c63;">Anna Marsh · 24 November 2026</p>
<p class="ink" dir="auto" style="margin:0 0 8px;font:16px/25px -apple-system,''Segoe UI'',Roboto,Helvetica,Arial,sans-serif;color:#1c1f23;">Paragraph 1 of the article about oil: the port handled more ships than in the year before, and the railway behind it sent 3 trains a week to the east. The ministry in Kazakhstan expects oil to grow further.</p>
<p style="margin:0;font:600 15px/24px -apple-system,''Segoe UI'',Roboto,Helvetica,Arial,sans-serif;"><a class="accent" href="http://127.0.0.1:23401/research/energy/oil-by-sea" style="color:#0b5563;">Read&nbsp;the&nbsp;article</a></p>
</div>
<div style="padding:22px 0 0;">
<h3 dir="auto" style="margin:0 0 6px;font:600 21px/27px Georgia,''Times New Roman'',serif;"><a class="ink title" href="http://127.0.0.1:23401/research/energy/theme-one" style="color:#1c1f23;text-decoration:none;">The First of Two</a></h3>
<p class="soft" dir="auto" style="margin:0 0 8px;font:14px/20px -apple-system,''Segoe UI'',Roboto,Helvetica,Arial,sans-serif;color:#565c63;">Anna Marsh · 26 November 2026</p>
<p class="ink" dir="auto" style="margin:0 0 8px;font:16px/25px -apple-system,''Segoe UI'',Roboto,Helvetica,Arial,sans-serif;color:#1c1f23;">Paragraph 1 of the article about the first: the port handled more ships than in the year before, and the railway behind it sent 3 trains a week to the east. The ministry in Kazakhstan expects the first to grow further.</p>
<p style="margin:0;font:600 15px/24px -apple-system,''Segoe UI'',Roboto,Helvetica,Arial,sans-serif;"><a class="accent" href="http://127.0.0.1:23401/research/energy/theme-one" style="color:#0b5563;">Read&nbsp;the&nbsp;article</a></p>
</div>
<h2 class="accent rule" dir="auto" style="margin:28px 0 0;padding:0 0 8px;border-bottom:1px solid #ded8cb;font:600 13px/18px -apple-system,''Segoe UI'',Roboto,Helvetica,Arial,sans-serif;letter-spacing:.06em;text-transform:uppercase;color:#0b5563;">Security</h2>
<div style="padding:22px 0 0;">
<h3 dir="auto" style="margin:0 0 6px;font:600 21px/27px Georgia,''Times New Roman'',serif;"><a class="ink title" href="http://127.0.0.1:23401/research/security/future" style="color:#1c1f23;text-decoration:none;">A Date by a Slip</a></h3>
<p class="soft" dir="auto" style="margin:0 0 8px;font:14px/20px -apple-system,''Segoe UI'',Roboto,Helvetica,Arial,sans-serif;color:#565c63;">Anna Marsh · 1 January 2099</p>
<p class="ink" dir="auto" style="margin:0 0 8px;font:16px/25px -apple-system,''Segoe UI'',Roboto,Helvetica,Arial,sans-serif;color:#1c1f23;">Paragraph 1 of the article about slips: the port handled more ships than in the year before, and the railway behind it sent 3 trains a week to the east. The ministry in Kazakhstan expects slips to grow further.</p>
<p style="margin:0;font:600 15px/24px -apple-system,''Segoe UI'',Roboto,Helvetica,Arial,sans-serif;"><a class="accent" href="http://127.0.0.1:23401/research/security/future" style="color:#0b5563;">Read&nbsp;the&nbsp;article</a></p>
</div>
<div style="padding:22px 0 0;">
<h3 dir="auto" style="margin:0 0 6px;font:600 21px/27px Georgia,''Times New Roman'',serif;"><a class="ink title" href="http://127.0.0.1:23401/research/security/print-class" style="color:#1c1f23;text-decoration:none;">Texts That Print</a></h3>
<p class="soft" dir="auto" style="margin:0 0 8px;font:14px/20px -apple-system,''Segoe UI'',Roboto,Helvetica,Arial,sans-serif;color:#565c63;">Anna Marsh · 26 November 2026</p>
<p class="ink" dir="auto" style="margin:0 0 8px;font:16px/25px -apple-system,''Segoe UI'',Roboto,Helvetica,Arial,sans-serif;color:#1c1f23;">Paragraph 1 of the article about prints: the port handled more ships than in the year before, and the railway behind it sent 3 trains a week to the east. The ministry in Kazakhstan expects prints to grow further.</p>
<p style="margin:0;font:600 15px/24px -apple-system,''Segoe UI'',Roboto,Helvetica,Arial,sans-serif;"><a class="accent" href="http://127.0.0.1:23401/research/security/print-class" style="color:#0b5563;">Read&nbsp;the&nbsp;article</a></p>
</div>
<h2 class="accent rule" dir="auto" style="margin:28px 0 0;padding:0 0 8px;border-bottom:1px solid #ded8cb;font:600 13px/18px -apple-system,''Segoe UI'',Roboto,Helvetica,Arial,sans-serif;letter-spacing:.06em;text-transform:uppercase;color:#0b5563;">Also</h2>
<div style="padding:22px 0 0;">
<h3 dir="auto" style="margin:0 0 6px;font:600 21px/27px Georgia,''Times New Roman'',serif;"><a class="ink title" href="http://127.0.0.1:23401/notes/second-note" style="color:#1c1f23;text-decoration:none;">A Second Note</a></h3>
<p class="soft" dir="auto" style="margin:0 0 8px;font:14px/20px -apple-system,''Segoe UI'',Roboto,Helvetica,Arial,sans-serif;color:#565c63;">26 November 2026</p>
<p class="ink" dir="auto" style="margin:0 0 8px;font:16px/25px -apple-system,''Segoe UI'',Roboto,Helvetica,Arial,sans-serif;color:#1c1f23;">Paragraph 1 of the article about a second note: the port handled more ships than in the year before, and the railway behind it sent 3 trains a week to the east. The ministry in Kazakhstan expects a second note to grow further.</p>
<p style="margin:0;font:600 15px/24px -apple-system,''Segoe UI'',Roboto,Helvetica,Arial,sans-serif;"><a class="accent" href="http://127.0.0.1:23401/notes/second-note" style="color:#0b5563;">Read&nbsp;the&nbsp;article</a></p>
</div>
<div style="padding:22px 0 0;">
<h3 dir="auto" style="margin:0 0 6px;font:600 21px/27px Georgia,''Times New Roman'',serif;"><a class="ink title" href="http://127.0.0.1:23401/notes/first-note" style="color:#1c1f23;text-decoration:none;">A First Note</a></h3>
<p class="soft" dir="auto" style="margin:0 0 8px;font:14px/20px -apple-system,''Segoe UI'',Roboto,Helvetica,Arial,sans-serif;color:#565c63;">26 November 2026</p>
<p class="ink" dir="auto" style="margin:0 0 8px;font:16px/25px -apple-system,''Segoe UI'',Roboto,Helvetica,Arial,sans-serif;color:#1c1f23;">Paragraph 1 of the article about a first note: the port handled more ships than in the year before, and the railway behind it sent 3 trains a week to the east. The ministry in Kazakhstan expects a first note to grow further.</p>
<p style="margin:0;font:600 15px/24px -apple-system,''Segoe UI'',Roboto,Helvetica,Arial,sans-serif;"><a class="accent" href="http://127.0.0.1:23401/notes/first-note" style="color:#0b5563;">Read&nbsp;the&nbsp;article</a></p>
</div>
<!-- more -->
</td></tr>
<tr><td class="paper foot" align="left" style="background-color:#f4f1ea;padding:24px 36px 40px;text-align:start;">
<p class="soft" dir="auto" style="margin:0 0 10px;font:13px/20px -apple-system,''Segoe UI'',Roboto,Helvetica,Arial,sans-serif;color:#565c63;">{{corridor:why}}</p>
<p class="soft" style="margin:0 0 10px;font:13px/22px -apple-system,''Segoe UI'',Roboto,Helvetica,Arial,sans-serif;color:#565c63;"><a class="accent" href="{{corridor:preferences_url}}" style="color:#0b5563;">Change&nbsp;your&nbsp;preferences</a> &nbsp;·&nbsp; <a class="accent" href="{{corridor:view_url}}" style="color:#0b5563;">Read&nbsp;on&nbsp;the&nbsp;web</a> &nbsp;·&nbsp; <a class="accent" href="{{corridor:unsubscribe_url}}" style="color:#0b5563;">Unsubscribe</a></p>
<p class="soft" dir="auto" style="margin:0;font:13px/20px -apple-system,''Segoe UI'',Roboto,Helvetica,Arial,sans-serif;color:#565c63;">Sample Review · 1 Example Street</p>
</td></tr>
</table>
<!--[if mso]></td></tr></table><![endif]-->
</td></tr>
</table>
</body>
</html>
', 'SAMPLE REVIEW
Daily digest · 28 November 2026
{{corridor:greeting}}
TRANSPORT
An Imported Paper
Saiga Notebook · 20 October 2026
Some words of an imported paper that has no address of its own. Some
words of an imported paper that has no address of its own. Some words of
an imported paper that has no address of its own. Some words of an
imported paper that has no address of its own. Some words of an imported
paper that has no address of its own.
http://127.0.0.1:23402/articles/17
A Lamp on the Pier
Anna Marsh · 26 November 2026
Paragraph 1 of the article about the pier: the port handled more ships
than in the year before, and the railway behind it sent 3 trains a week
to the east. The ministry in Kazakhstan expects the pier to grow
further.
http://127.0.0.1:23401/research/transport/lamp-on-the-pier
Тариф
Anna Marsh · 22 November 2026
Paragraph 1 of the article about тарифах: the port handled more ships
than in the year before, and the railway behind it sent 3 trains a week
to the east. The ministry in Kazakhstan expects тарифах to grow further.
http://127.0.0.1:23401/research/transport/tariff
A Lamp on the Pier
Anna Marsh · 26 November 2026
Paragraph 1 of the article about the pier: the port handled more ships
than in the year before, and the railway behind it sent 3 trains a week
to the east. The ministry in Kazakhstan expects the pier to grow
further.
http://127.0.0.1:23401/research/transport/pier-print
ENERGY
Wind Farms on the Steppe
Anna Marsh · 23 November 2026
Paragraph 1 of the article about wind: the port handled more ships than
in the year before, and the railway behind it sent 3 trains a week to
the east. The ministry in Kazakhstan expects wind to grow further.
http://127.0.0.1:23401/research/energy/wind-farms
Oil by Sea
Anna Marsh · 24 November 2026
Paragraph 1 of the article about oil: the port handled more ships than
in the year before, and the railway behind it sent 3 trains a week to
the east. The ministry in Kazakhstan expects oil to grow further.
http://127.0.0.1:23401/research/energy/oil-by-sea
The First of Two
Anna Marsh · 26 November 2026
Paragraph 1 of the article about the first: the port handled more ships
than in the year before, and the railway behind it sent 3 trains a week
to the east. The ministry in Kazakhstan expects the first to grow
further.
http://127.0.0.1:23401/research/energy/theme-one
SECURITY
A Date by a Slip
Anna Marsh · 1 January 2099
Paragraph 1 of the article about slips: the port handled more ships than
in the year before, and the railway behind it sent 3 trains a week to
the east. The ministry in Kazakhstan expects slips to grow further.
http://127.0.0.1:23401/research/security/future
Texts That Print
Anna Marsh · 26 November 2026
Paragraph 1 of the article about prints: the port handled more ships
than in the year before, and the railway behind it sent 3 trains a week
to the east. The ministry in Kazakhstan expects prints to grow further.
http://127.0.0.1:23401/research/security/print-class
ALSO
A Second Note
26 November 2026
Paragraph 1 of the article about a second note: the port handled more
ships than in the year before, and the railway behind it sent 3 trains a
week to the east. The ministry in Kazakhstan expects a second note to
grow further.
http://127.0.0.1:23401/notes/second-note
A First Note
26 November 2026
Paragraph 1 of the article about a first note: the port handled more
ships than in the year before, and the railway behind it sent 3 trains a
week to the east. The ministry in Kazakhstan expects a first note to
grow further.
http://127.0.0.1:23401/notes/first-note
{{corridor:why}}
Change your preferences:
{{corridor:preferences_url}}
Read on the web:
{{corridor:view_url}}
Unsubscribe:
{{corridor:unsubscribe_url}}
Sample Review
1 Example Street
', '', '{13,17,16,14,10,8,7,6,3,2,1}', '2026-11-28 04:53:36.505434+00');
INSERT INTO public.renderings OVERRIDING SYSTEM VALUE VALUES (2, 2, 'Sample Review daily: An Imported Paper and 3 more', '<!doctype html>
<html lang="en" dir="auto" xmlns="http://www.w3.org/1999/xhtml">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="supported-color-schemes" content="light dark">
<meta name="format-detection" content="telephone=no, date=no, address=no, email=no">
<meta name="x-apple-disable-message-reformatting">
<title>Sample Review daily: An Imported Paper and 3 more</title>
<style>
:root { color-scheme: light dark; supported-color-schemes: light dark; }
body { margin: 0; padding: 0; width: 100%; -webkit-text-size-adjust: 100%; text-size-adjust: 100%; }
img { border: 0; display: block; height: auto; max-width: 100%; }
a { text-underline-offset: 2px; }
a.title:hover { text-decoration: underline !important; }
@media (max-width: 600px) {
  .sheet, .foot { padding-left: 20px !important; padding-right: 20px !important; }
  .masthead { font-size: 24px !important; }
}
@media (prefers-color-scheme: dark) {
  .paper { background-color: #14171a !important; }
  .sheet { background-color: #1b1f23 !important; }
  .ink { color: #ece9e2 !important; }
  .soft { color: #a9afb5 !important; }
  .accent { color: #7fcbd6 !important; }
  .rule { border-color: #3a4147 !important; }
  .band { border-color: #7fcbd6 !important; }
}
[data-ogsc] .ink { color: #ece9e2 !important; }
[data-ogsc] .soft { color: #a9afb5 !important; }
[data-ogsc] .accent { color: #7fcbd6 !important; }
[data-ogsb] .paper { background-color: #14171a !important; }
[data-ogsb] .sheet { background-color: #1b1f23 !important; }
</style>
</head>
<body class="paper" style="margin:0;padding:0;background-color:#f4f1ea;">
<div style="display:none;max-height:0;max-width:0;overflow:hidden;opacity:0;font-size:1px;line-height:1px;color:transparent;">Also: A Lamp on the Pier; Тариф; A Lamp on the Pier&#847;&zwnj;&nbsp;&#847;&zwnj;&nbsp;&#847;&zwnj;&nbsp;&#847;&zwnj;&nbsp;&#847;&zwnj;&nbsp;&#847;&zwnj;&nbsp;&#847;&zwnj;&nbsp;&#847;&zwnj;&nbsp;&#847;&zwnj;&nbsp;&#847;&zwnj;&nbsp;&#847;&zwnj;&nbsp;&#847;&zwnj;&nbsp;&#847;&zwnj;&nbsp;&#847;&zwnj;&nbsp;&#847;&zwnj;&nbsp;&#847;&zwnj;&nbsp;&#847;&zwnj;&nbsp;&#847;&zwnj;&nbsp;&#847;&zwnj;&nbsp;&#847;&zwnj;&nbsp;&#847;&zwnj;&nbsp;&#847;&zwnj;&nbsp;&#847;&zwnj;&nbsp;&#847;&zwnj;&nbsp;&#847;&zwnj;&nbsp;&#847;&zwnj;&nbsp;&#847;&zwnj;&nbsp;&#847;&zwnj;&nbsp;&#847;&zwnj;&nbsp;</div>
<table role="presentation" class="paper" width="100%" cellpadding="0" cellspacing="0" border="0" style="background-color:#f4f1ea;">
<tr><td align="center" style="padding:0;">
<!--[if mso]><table role="presentation" width="640" cellpadding="0" cellspacing="0" border="0"><tr><td><![endif]-->
<table role="presentation" width="100%" cellpadding="0" cellspacing="0" border="0" style="max-width:640px;">
<tr><td class="sheet band" align="left" style="background-color:#ffffff;border-top:4px solid #0b5563;padding:28px 36px 32px;text-align:start;">
<p class="soft" style="margin:0 0 4px;font:13px/20px -apple-system,''Segoe UI'',Roboto,Helvetica,Arial,sans-serif;color:#565c63;">Daily digest · 28 November 2026</p>
<p class="masthead" dir="auto" style="margin:0 0 20px;font:600 28px/1.2 Georgia,''Times New Roman'',serif;"><a class="ink" href="http://127.0.0.1:23401" style="color:#1c1f23;text-decoration:none;">Sample Review</a></p>
<p class="ink" dir="auto" style="margin:0 0 12px;font:16px/26px -apple-system,''Segoe UI'',Roboto,Helvetica,Arial,sans-serif;color:#1c1f23;">{{corridor:greeting}}</p>
<h2 class="accent rule" dir="auto" style="margin:28px 0 0;padding:0 0 8px;border-bottom:1px solid #ded8cb;font:600 13px/18px -apple-system,''Segoe UI'',Roboto,Helvetica,Arial,sans-serif;letter-spacing:.06em;text-transform:uppercase;color:#0b5563;">Transport</h2>
<div style="padding:22px 0 0;">
<h3 dir="auto" style="margin:0 0 6px;font:600 21px/27px Georgia,''Times New Roman'',serif;"><a class="ink title" href="http://127.0.0.1:23402/articles/17" style="color:#1c1f23;text-decoration:none;">An Imported Paper</a></h3>
<p class="soft" dir="auto" style="margin:0 0 8px;font:14px/20px -apple-system,''Segoe UI'',Roboto,Helvetica,Arial,sans-serif;color:#565c63;">Saiga Notebook · 20 October 2026</p>
<p class="ink" dir="auto" style="margin:0 0 8px;font:16px/25px -apple-system,''Segoe UI'',Roboto,Helvetica,Arial,sans-serif;color:#1c1f23;">Some words of an imported paper that has no address of its own. Some words of an imported paper that has no address of its own. Some words of an imported paper that has no address of its own. Some words of an imported paper that has no address of its own. Some words of an imported paper that has no address of its own.</p>
<p style="margin:0;font:600 15px/24px -apple-system,''Segoe UI'',Roboto,Helvetica,Arial,sans-serif;"><a class="accent" href="http://127.0.0.1:23402/articles/17" style="color:#0b5563;">Read&nbsp;the&nbsp;article</a></p>
</div>
<div style="padding:22px 0 0;">
<h3 dir="auto" style="margin:0 0 6px;font:600 21px/27px Georgia,''Times New Roman'',serif;"><a class="ink title" href="http://127.0.0.1:23401/research/transport/lamp-on-the-pier" style="color:#1c1f23;text-decoration:none;">A Lamp on the Pier</a></h3>
<p class="soft" dir="auto" style="margin:0 0 8px;font:14px/20px -apple-system,''Segoe UI'',Roboto,Helvetica,Arial,sans-serif;color:#565c63;">Anna Marsh · 26 November 2026</p>
<p class="ink" dir="auto" style="margin:0 0 8px;font:16px/25px -apple-system,''Segoe UI'',Roboto,Helvetica,Arial,sans-serif;color:#1c1f23;">Paragraph 1 of the article about the pier: the port handled more ships than in the year before, and the railway behind it sent 3 trains a week to the east. The ministry in Kazakhstan expects the pier to grow further.</p>
<p style="margin:0;font:600 15px/24px -apple-system,''Segoe UI'',Roboto,Helvetica,Arial,sans-serif;"><a class="accent" href="http://127.0.0.1:23401/research/transport/lamp-on-the-pier" style="color:#0b5563;">Read&nbsp;the&nbsp;article</a></p>
</div>
<div style="padding:22px 0 0;">
<h3 dir="auto" style="margin:0 0 6px;font:600 21px/27px Georgia,''Times New Roman'',serif;"><a class="ink title" href="http://127.0.0.1:23401/research/transport/tariff" style="color:#1c1f23;text-decoration:none;">Тариф</a></h3>
<p class="soft" dir="auto" style="margin:0 0 8px;font:14px/20px -apple-system,''Segoe UI'',Roboto,Helvetica,Arial,sans-serif;color:#565c63;">Anna Marsh · 22 November 2026</p>
<p class="ink" dir="auto" style="margin:0 0 8px;font:16px/25px -apple-system,''Segoe UI'',Roboto,Helvetica,Arial,sans-serif;color:#1c1f23;">Paragraph 1 of the article about тарифах: the port handled more ships than in the year before, and the railway behind it sent 3 trains a week to the east. The ministry in Kazakhstan expects тарифах to grow further.</p>
<p style="margin:0;font:600 15px/24px -apple-system,''Segoe UI'',Roboto,Helvetica,Arial,sans-serif;"><a class="accent" href="http://127.0.0.1:23401/research/transport/tariff" style="color:#0b5563;">Read&nbsp;the&nbsp;article</a></p>
</div>
<div style="padding:22px 0 0;">
<h3 dir="auto" style="margin:0 0 6px;font:600 21px/27px Georgia,''Times New Roman'',serif;"><a class="ink title" href="http://127.0.0.1:23401/research/transport/pier-print" style="color:#1c1f23;text-decoration:none;">A Lamp on the Pier</a></h3>
<p class="soft" dir="auto" style="margin:0 0 8px;font:14px/20px -apple-system,''Segoe UI'',Roboto,Helvetica,Arial,sans-serif;color:#565c63;">Anna Marsh · 26 November 2026</p>
<p class="ink" dir="auto" style="margin:0 0 8px;font:16px/25px -apple-system,''Segoe UI'',Roboto,Helvetica,Arial,sans-serif;color:#1c1f23;">Paragraph 1 of the article about the pier: the port handled more ships than in the year before, and the railway behind it sent 3 trains a week to the east. The ministry in Kazakhstan expects the pier to grow further.</p>
<p style="margin:0;font:600 15px/24px -apple-system,''Segoe UI'',Roboto,Helvetica,Arial,sans-serif;"><a class="accent" href="http://127.0.0.1:23401/research/transport/pier-print" style="color:#0b5563;">Read&nbsp;the&nbsp;article</a></p>
</div>
<!-- more -->
</td></tr>
<tr><td class="paper foot" align="left" style="background-color:#f4f1ea;padding:24px 36px 40px;text-align:start;">
<p class="soft" dir="auto" style="margin:0 0 10px;font:13px/20px -apple-system,''Segoe UI'',Roboto,Helvetica,Arial,sans-serif;color:#565c63;">{{corridor:why}}</p>
<p class="soft" style="margin:0 0 10px;font:13px/22px -apple-system,''Segoe UI'',Roboto,Helvetica,Arial,sans-serif;color:#565c63;"><a class="accent" href="{{corridor:preferences_url}}" style="color:#0b5563;">Change&nbsp;your&nbsp;preferences</a> &nbsp;·&nbsp; <a class="accent" href="{{corridor:view_url}}" style="color:#0b5563;">Read&nbsp;on&nbsp;the&nbsp;web</a> &nbsp;·&nbsp; <a class="accent" href="{{corridor:unsubscribe_url}}" style="color:#0b5563;">Unsubscribe</a></p>
<p class="soft" dir="auto" style="margin:0;font:13px/20px -apple-system,''Segoe UI'',Roboto,Helvetica,Arial,sans-serif;color:#565c63;">Sample Review · 1 Example Street</p>
</td></tr>
</table>
<!--[if mso]></td></tr></table><![endif]-->
</td></tr>
</table>
</body>
</html>
', 'SAMPLE REVIEW
Daily digest · 28 November 2026
{{corridor:greeting}}
TRANSPORT
An Imported Paper
Saiga Notebook · 20 October 2026
Some words of an imported paper that has no address of its own. Some
words of an imported paper that has no address of its own. Some words of
an imported paper that has no address of its own. Some words of an
imported paper that has no address of its own. Some words of an imported
paper that has no address of its own.
http://127.0.0.1:23402/articles/17
A Lamp on the Pier
Anna Marsh · 26 November 2026
Paragraph 1 of the article about the pier: the port handled more ships
than in the year before, and the railway behind it sent 3 trains a week
to the east. The ministry in Kazakhstan expects the pier to grow
further.
http://127.0.0.1:23401/research/transport/lamp-on-the-pier
Тариф
Anna Marsh · 22 November 2026
Paragraph 1 of the article about тарифах: the port handled more ships
than in the year before, and the railway behind it sent 3 trains a week
to the east. The ministry in Kazakhstan expects тарифах to grow further.
http://127.0.0.1:23401/research/transport/tariff
A Lamp on the Pier
Anna Marsh · 26 November 2026
Paragraph 1 of the article about the pier: the port handled more ships
than in the year before, and the railway behind it sent 3 trains a week
to the east. The ministry in Kazakhstan expects the pier to grow
further.
http://127.0.0.1:23401/research/transport/pier-print
{{corridor:why}}
Change your preferences:
{{corridor:preferences_url}}
Read on the web:
{{corridor:view_url}}
Unsubscribe:
{{corridor:unsubscribe_url}}
Sample Review
1 Example Street
', '', '{17,16,6,1}', '2026-11-28 04:53:36.505434+00');
INSERT INTO public.renderings OVERRIDING SYSTEM VALUE VALUES (3, 3, 'Sample Review daily: Wind Farms on the Steppe and 4 more', '<!doctype html>
<html lang="en" dir="auto" xmlns="http://www.w3.org/1999/xhtml">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="supported-color-schemes" content="light dark">
<meta name="format-detection" content="telephone=no, date=no, address=no, email=no">
<meta name="x-apple-disable-message-reformatting">
<title>Sample Review daily: Wind Farms on the Steppe and 4 more</title>
<style>
:root { color-scheme: light dark; supported-color-schemes: light dark; }
body { margin: 0; padding: 0; width: 100%; -webkit-text-size-adjust: 100%; text-size-adjust: 100%; }
img { border: 0; display: block; height: auto; max-width: 100%; }
a { text-underline-offset: 2px; }
a.title:hover { text-decoration: underline !important; }
@media (max-width: 600px) {
  .sheet, .foot { padding-left: 20px !important; padding-right: 20px !important; }
  .masthead { font-size: 24px !important; }
}
@media (prefers-color-scheme: dark) {
  .paper { background-color: #14171a !important; }
  .sheet { background-color: #1b1f23 !important; }
  .ink { color: #ece9e2 !important; }
  .soft { color: #a9afb5 !important; }
  .accent { color: #7fcbd6 !important; }
  .rule { border-color: #3a4147 !important; }
  .band { border-color: #7fcbd6 !important; }
}
[data-ogsc] .ink { color: #ece9e2 !important; }
[data-ogsc] .soft { color: #a9afb5 !important; }
[data-ogsc] .accent { color: #7fcbd6 !important; }
[data-ogsb] .paper { background-color: #14171a !important; }
[data-ogsb] .sheet { background-color: #1b1f23 !important; }
</style>
</head>
<body class="paper" style="margin:0;padding:0;background-color:#f4f1ea;">
<div style="display:none;max-height:0;max-width:0;overflow:hidden;opacity:0;font-size:1px;line-height:1px;color:transparent;">Also: Oil by Sea; The First of Two; A Date by a Slip; Texts That Print&#847;&zwnj;&nbsp;&#847;&zwnj;&nbsp;&#847;&zwnj;&nbsp;&#847;&zwnj;&nbsp;&#847;&zwnj;&nbsp;&#847;&zwnj;&nbsp;&#847;&zwnj;&nbsp;&#847;&zwnj;&nbsp;&#847;&zwnj;&nbsp;&#847;&zwnj;&nbsp;&#847;&zwnj;&nbsp;&#847;&zwnj;&nbsp;&#847;&zwnj;&nbsp;&#847;&zwnj;&nbsp;&#847;&zwnj;&nbsp;&#847;&zwnj;&nbsp;&#847;&zwnj;&nbsp;&#847;&zwnj;&nbsp;&#847;&zwnj;&nbsp;&#847;&zwnj;&nbsp;</div>
<table role="presentation" class="paper" width="100%" cellpadding="0" cellspacing="0" border="0" style="background-color:#f4f1ea;">
<tr><td align="center" style="padding:0;">
<!--[if mso]><table role="presentation" width="640" cellpadding="0" cellspacing="0" border="0"><tr><td><![endif]-->
<table role="presentation" width="100%" cellpadding="0" cellspacing="0" border="0" style="max-width:640px;">
<tr><td class="sheet band" align="left" style="background-color:#ffffff;border-top:4px solid #0b5563;padding:28px 36px 32px;text-align:start;">
<p class="soft" style="margin:0 0 4px;font:13px/20px -apple-system,''Segoe UI'',Roboto,Helvetica,Arial,sans-serif;color:#565c63;">Daily digest · 28 November 2026</p>
<p class="masthead" dir="auto" style="margin:0 0 20px;font:600 28px/1.2 Georgia,''Times New Roman'',serif;"><a class="ink" href="http://127.0.0.1:23401" style="color:#1c1f23;text-decoration:none;">Sample Review</a></p>
<p class="ink" dir="auto" style="margin:0 0 12px;font:16px/26px -apple-system,''Segoe UI'',Roboto,Helvetica,Arial,sans-serif;color:#1c1f23;">{{corridor:greeting}}</p>
<h2 class="accent rule" dir="auto" style="margin:28px 0 0;padding:0 0 8px;border-bottom:1px solid #ded8cb;font:600 13px/18px -apple-system,''Segoe UI'',Roboto,Helvetica,Arial,sans-serif;letter-spacing:.06em;text-transform:uppercase;color:#0b5563;">Energy</h2>
<div style="padding:22px 0 0;">
<h3 dir="auto" style="margin:0 0 6px;font:600 21px/27px Georgia,''Times New Roman'',serif;"><a class="ink title" href="http://127.0.0.1:23401/research/energy/wind-farms" style="color:#1c1f23;text-decoration:none;">Wind Farms on the Steppe</a></h3>
<p class="soft" dir="auto" style="margin:0 0 8px;font:14px/20px -apple-system,''Segoe UI'',Roboto,Helvetica,Arial,sans-serif;color:#565c63;">Anna Marsh · 23 November 2026</p>
<p class="ink" dir="auto" style="margin:0 0 8px;font:16px/25px -apple-system,''Segoe UI'',Roboto,Helvetica,Arial,sans-serif;color:#1c1f23;">Paragraph 1 of the article about wind: the port handled more ships than in the year before, and the railway behind it sent 3 trains a week to the east. The ministry in Kazakhstan expects wind to grow further.</p>
<p style="margin:0;font:600 15px/24px -apple-system,''Segoe UI'',Roboto,Helvetica,Arial,sans-serif;"><a class="accent" href="http://127.0.0.1:23401/research/energy/wind-farms" style="color:#0b5563;">Read&nbsp;the&nbsp;article</a></p>
</div>
<div style="padding:22px 0 0;">
<h3 dir="auto" style="margin:0 0 6px;font:600 21px/27px Georgia,''Times New Roman'',serif;"><a class="ink title" href="http://127.0.0.1:23401/research/energy/oil-by-sea" style="color:#1c1f23;text-decoration:none;">Oil by Sea</a></h3>
<p class="soft" dir="auto" style="margin:0 0 8px;font:14px/20px -apple-system,''Segoe UI'',Roboto,Helvetica,Arial,sans-serif;color:#565c63;">Anna Marsh · 24 November 2026</p>
<p class="ink" dir="auto" style="margin:0 0 8px;font:16px/25px -apple-system,''Segoe UI'',Roboto,Helvetica,Arial,sans-serif;color:#1c1f23;">Paragraph 1 of the article about oil: the port handled more ships than in the year before, and the railway behind it sent 3 trains a week to the east. The ministry in Kazakhstan expects oil to grow further.</p>
<p style="margin:0;font:600 15px/24px -apple-system,''Segoe UI'',Roboto,Helvetica,Arial,sans-serif;"><a class="accent" href="http://127.0.0.1:23401/research/energy/oil-by-sea" style="color:#0b5563;">Read&nbsp;the&nbsp;article</a></p>
</div>
<div style="padding:22px 0 0;">
<h3 dir="auto" style="margin:0 0 6px;font:600 21px/27px Georgia,''Times New Roman'',serif;"><a class="ink title" href="http://127.0.0.1:23401/research/energy/theme-one" style="color:#1c1f23;text-decoration:none;">The First of Two</a></h3>
<p class="soft" dir="auto" style="margin:0 0 8px;font:14px/20px -apple-system,''Segoe UI'',Roboto,Helvetica,Arial,sans-serif;color:#565c63;">Anna Marsh · 26 November 2026</p>
<p class="ink" dir="auto" style="margin:0 0 8px;font:16px/25px -apple-system,''Segoe UI'',Roboto,Helvetica,Arial,sans-serif;color:#1c1f23;">Paragraph 1 of the article about the first: the port handled more ships than in the year before, and the railway behind it sent 3 trains a week to the east. The ministry in Kazakhstan expects the first to grow further.</p>
<p style="margin:0;font:600 15px/24px -apple-system,''Segoe UI'',Roboto,Helvetica,Arial,sans-serif;"><a class="accent" href="http://127.0.0.1:23401/research/energy/theme-one" style="color:#0b5563;">Read&nbsp;the&nbsp;article</a></p>
</div>
<h2 class="accent rule" dir="auto" style="margin:28px 0 0;padding:0 0 8px;border-bottom:1px solid #ded8cb;font:600 13px/18px -apple-system,''Segoe UI'',Roboto,Helvetica,Arial,sans-serif;letter-spacing:.06em;text-transform:uppercase;color:#0b5563;">Security</h2>
<div style="padding:22px 0 0;">
<h3 dir="auto" style="margin:0 0 6px;font:600 21px/27px Georgia,''Times New Roman'',serif;"><a class="ink title" href="http://127.0.0.1:23401/research/security/future" style="color:#1c1f23;text-decoration:none;">A Date by a Slip</a></h3>
<p class="soft" dir="auto" style="margin:0 0 8px;font:14px/20px -apple-system,''Segoe UI'',Roboto,Helvetica,Arial,sans-serif;color:#565c63;">Anna Marsh · 1 January 2099</p>
<p class="ink" dir="auto" style="margin:0 0 8px;font:16px/25px -apple-system,''Segoe UI'',Roboto,Helvetica,Arial,sans-serif;color:#1c1f23;">Paragraph 1 of the article about slips: the port handled more ships than in the year before, and the railway behind it sent 3 trains a week to the east. The ministry in Kazakhstan expects slips to grow further.</p>
<p style="margin:0;font:600 15px/24px -apple-system,''Segoe UI'',Roboto,Helvetica,Arial,sans-serif;"><a class="accent" href="http://127.0.0.1:23401/research/security/future" style="color:#0b5563;">Read&nbsp;the&nbsp;article</a></p>
</div>
<div style="padding:22px 0 0;">
<h3 dir="auto" style="margin:0 0 6px;font:600 21px/27px Georgia,''Times New Roman'',serif;"><a class="ink title" href="http://127.0.0.1:23401/research/security/print-class" style="color:#1c1f23;text-decoration:none;">Texts That Print</a></h3>
<p class="soft" dir="auto" style="margin:0 0 8px;font:14px/20px -apple-system,''Segoe UI'',Roboto,Helvetica,Arial,sans-serif;color:#565c63;">Anna Marsh · 26 November 2026</p>
<p class="ink" dir="auto" style="margin:0 0 8px;font:16px/25px -apple-system,''Segoe UI'',Roboto,Helvetica,Arial,sans-serif;color:#1c1f23;">Paragraph 1 of the article about prints: the port handled more ships than in the year before, and the railway behind it sent 3 trains a week to the east. The ministry in Kazakhstan expects prints to grow further.</p>
<p style="margin:0;font:600 15px/24px -apple-system,''Segoe UI'',Roboto,Helvetica,Arial,sans-serif;"><a class="accent" href="http://127.0.0.1:23401/research/security/print-class" style="color:#0b5563;">Read&nbsp;the&nbsp;article</a></p>
</div>
<!-- more -->
</td></tr>
<tr><td class="paper foot" align="left" style="background-color:#f4f1ea;padding:24px 36px 40px;text-align:start;">
<p class="soft" dir="auto" style="margin:0 0 10px;font:13px/20px -apple-system,''Segoe UI'',Roboto,Helvetica,Arial,sans-serif;color:#565c63;">{{corridor:why}}</p>
<p class="soft" style="margin:0 0 10px;font:13px/22px -apple-system,''Segoe UI'',Roboto,Helvetica,Arial,sans-serif;color:#565c63;"><a class="accent" href="{{corridor:preferences_url}}" style="color:#0b5563;">Change&nbsp;your&nbsp;preferences</a> &nbsp;·&nbsp; <a class="accent" href="{{corridor:view_url}}" style="color:#0b5563;">Read&nbsp;on&nbsp;the&nbsp;web</a> &nbsp;·&nbsp; <a class="accent" href="{{corridor:unsubscribe_url}}" style="color:#0b5563;">Unsubscribe</a></p>
<p class="soft" dir="auto" style="margin:0;font:13px/20px -apple-system,''Segoe UI'',Roboto,Helvetica,Arial,sans-serif;color:#565c63;">Sample Review · 1 Example Street</p>
</td></tr>
</table>
<!--[if mso]></td></tr></table><![endif]-->
</td></tr>
</table>
</body>
</html>
', 'SAMPLE REVIEW
Daily digest · 28 November 2026
{{corridor:greeting}}
ENERGY
Wind Farms on the Steppe
Anna Marsh · 23 November 2026
Paragraph 1 of the article about wind: the port handled more ships than
in the year before, and the railway behind it sent 3 trains a week to
the east. The ministry in Kazakhstan expects wind to grow further.
http://127.0.0.1:23401/research/energy/wind-farms
Oil by Sea
Anna Marsh · 24 November 2026
Paragraph 1 of the article about oil: the port handled more ships than
in the year before, and the railway behind it sent 3 trains a week to
the east. The ministry in Kazakhstan expects oil to grow further.
http://127.0.0.1:23401/research/energy/oil-by-sea
The First of Two
Anna Marsh · 26 November 2026
Paragraph 1 of the article about the first: the port handled more ships
than in the year before, and the railway behind it sent 3 trains a week
to the east. The ministry in Kazakhstan expects the first to grow
further.
http://127.0.0.1:23401/research/energy/theme-one
SECURITY
A Date by a Slip
Anna Marsh · 1 January 2099
Paragraph 1 of the article about slips: the port handled more ships than
in the year before, and the railway behind it sent 3 trains a week to
the east. The ministry in Kazakhstan expects slips to grow further.
http://127.0.0.1:23401/research/security/future
Texts That Print
Anna Marsh · 26 November 2026
Paragraph 1 of the article about prints: the port handled more ships
than in the year before, and the railway behind it sent 3 trains a week
to the east. The ministry in Kazakhstan expects prints to grow further.
http://127.0.0.1:23401/research/security/print-class
{{corridor:why}}
Change your preferences:
{{corridor:preferences_url}}
Read on the web:
{{corridor:view_url}}
Unsubscribe:
{{corridor:unsubscribe_url}}
Sample Review
1 Example Street
', '', '{13,14,10,8,7}', '2026-11-28 04:53:36.505434+00');
INSERT INTO public.renderings OVERRIDING SYSTEM VALUE VALUES (4, 4, 'Three articles on one sea', '<!doctype html>
<html lang="en" dir="auto" xmlns="http://www.w3.org/1999/xhtml">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="supported-color-schemes" content="light dark">
<meta name="format-detection" content="telephone=no, date=no, address=no, email=no">
<meta name="x-apple-disable-message-reformatting">
<title>Three articles on one sea</title>
<style>
:root { color-scheme: light dark; supported-color-schemes: light dark; }
body { margin: 0; padding: 0; width: 100%; -webkit-text-size-adjust: 100%; text-size-adjust: 100%; }
img { border: 0; display: block; height: auto; max-width: 100%; }
a { text-underline-offset: 2px; }
a.title:hover { text-decoration: underline !important; }
@media (max-width: 600px) {
  .sheet, .foot { padding-left: 20px !important; padding-right: 20px !important; }
  .masthead { font-size: 24px !important; }
}
@media (prefers-color-scheme: dark) {
  .paper { background-color: #14171a !important; }
  .sheet { background-color: #1b1f23 !important; }
  .ink { color: #ece9e2 !important; }
  .soft { color: #a9afb5 !important; }
  .accent { color: #7fcbd6 !important; }
  .rule { border-color: #3a4147 !important; }
  .band { border-color: #7fcbd6 !important; }
}
[data-ogsc] .ink { color: #ece9e2 !important; }
[data-ogsc] .soft { color: #a9afb5 !important; }
[data-ogsc] .accent { color: #7fcbd6 !important; }
[data-ogsb] .paper { background-color: #14171a !important; }
[data-ogsb] .sheet { background-color: #1b1f23 !important; }
</style>
</head>
<body class="paper" style="margin:0;padding:0;background-color:#f4f1ea;">
<div style="display:none;max-height:0;max-width:0;overflow:hidden;opacity:0;font-size:1px;line-height:1px;color:transparent;">These belong together. Oil by Sea&#847;&zwnj;&nbsp;&#847;&zwnj;&nbsp;&#847;&zwnj;&nbsp;&#847;&zwnj;&nbsp;&#847;&zwnj;&nbsp;&#847;&zwnj;&nbsp;&#847;&zwnj;&nbsp;&#847;&zwnj;&nbsp;&#847;&zwnj;&nbsp;&#847;&zwnj;&nbsp;&#847;&zwnj;&nbsp;&#847;&zwnj;&nbsp;&#847;&zwnj;&nbsp;&#847;&zwnj;&nbsp;&#847;&zwnj;&nbsp;&#847;&zwnj;&nbsp;&#847;&zwnj;&nbsp;&#847;&zwnj;&nbsp;&#847;&zwnj;&nbsp;&#847;&zwnj;&nbsp;&#847;&zwnj;&nbsp;&#847;&zwnj;&nbsp;&#847;&zwnj;&nbsp;&#847;&zwnj;&nbsp;&#847;&zwnj;&nbsp;&#847;&zwnj;&nbsp;&#847;&zwnj;&nbsp;&#847;&zwnj;&nbsp;&#847;&zwnj;&nbsp;&#847;&zwnj;&nbsp;&#847;&zwnj;&nbsp;&#847;&zwnj;&nbsp;&#847;&zwnj;&nbsp;&#847;&zwnj;&nbsp;&#847;&zwnj;&nbsp;&#847;&zwnj;&nbsp;&#847;&zwnj;&nbsp;&#847;&zwnj;&nbsp;</div>
<table role="presentation" class="paper" width="100%" cellpadding="0" cellspacing="0" border="0" style="background-color:#f4f1ea;">
<tr><td align="center" style="padding:0;">
<!--[if mso]><table role="presentation" width="640" cellpadding="0" cellspacing="0" border="0"><tr><td><![endif]-->
<table role="presentation" width="100%" cellpadding="0" cellspacing="0" border="0" style="max-width:640px;">
<tr><td class="sheet band" align="left" style="background-color:#ffffff;border-top:4px solid #0b5563;padding:28px 36px 32px;text-align:start;">
<p class="soft" style="margin:0 0 4px;font:13px/20px -apple-system,''Segoe UI'',Roboto,Helvetica,Arial,sans-serif;color:#565c63;">Special edition · 28 November 2026</p>
<p class="masthead" dir="auto" style="margin:0 0 20px;font:600 28px/1.2 Georgia,''Times New Roman'',serif;"><a class="ink" href="http://127.0.0.1:23401" style="color:#1c1f23;text-decoration:none;">Sample Review</a></p>
<p class="ink" dir="auto" style="margin:0 0 12px;font:16px/26px -apple-system,''Segoe UI'',Roboto,Helvetica,Arial,sans-serif;color:#1c1f23;">{{corridor:greeting}}</p>
<p class="ink" dir="auto" style="margin:0 0 12px;font:16px/26px -apple-system,''Segoe UI'',Roboto,Helvetica,Arial,sans-serif;color:#1c1f23;">These belong together.</p>
<div style="padding:22px 0 0;">
<h3 dir="auto" style="margin:0 0 6px;font:600 21px/27px Georgia,''Times New Roman'',serif;"><a class="ink title" href="http://127.0.0.1:23401/research/energy/oil-by-sea" style="color:#1c1f23;text-decoration:none;">Oil by Sea</a></h3>
<p class="soft" dir="auto" style="margin:0 0 8px;font:14px/20px -apple-system,''Segoe UI'',Roboto,Helvetica,Arial,sans-serif;color:#565c63;">Anna Marsh · 24 November 2026</p>
<p class="ink" dir="auto" style="margin:0 0 8px;font:16px/25px -apple-system,''Segoe UI'',Roboto,Helvetica,Arial,sans-serif;color:#1c1f23;">Paragraph 1 of the article about oil: the port handled more ships than in the year before, and the railway behind it sent 3 trains a week to the east. The ministry in Kazakhstan expects oil to grow further.</p>
<p style="margin:0;font:600 15px/24px -apple-system,''Segoe UI'',Roboto,Helvetica,Arial,sans-serif;"><a class="accent" href="http://127.0.0.1:23401/research/energy/oil-by-sea" style="color:#0b5563;">Read&nbsp;the&nbsp;article</a></p>
</div>
<!-- more -->
</td></tr>
<tr><td class="paper foot" align="left" style="background-color:#f4f1ea;padding:24px 36px 40px;text-align:start;">
<p class="soft" dir="auto" style="margin:0 0 10px;font:13px/20px -apple-system,''Segoe UI'',Roboto,Helvetica,Arial,sans-serif;color:#565c63;">{{corridor:why}}</p>
<p class="soft" style="margin:0 0 10px;font:13px/22px -apple-system,''Segoe UI'',Roboto,Helvetica,Arial,sans-serif;color:#565c63;"><a class="accent" href="{{corridor:preferences_url}}" style="color:#0b5563;">Change&nbsp;your&nbsp;preferences</a> &nbsp;·&nbsp; <a class="accent" href="{{corridor:view_url}}" style="color:#0b5563;">Read&nbsp;on&nbsp;the&nbsp;web</a> &nbsp;·&nbsp; <a class="accent" href="{{corridor:unsubscribe_url}}" style="color:#0b5563;">Unsubscribe</a></p>
<p class="soft" dir="auto" style="margin:0;font:13px/20px -apple-system,''Segoe UI'',Roboto,Helvetica,Arial,sans-serif;color:#565c63;">Sample Review · 1 Example Street</p>
</td></tr>
</table>
<!--[if mso]></td></tr></table><![endif]-->
</td></tr>
</table>
</body>
</html>
', 'SAMPLE REVIEW
Special edition · 28 November 2026
{{corridor:greeting}}
These belong together.
Oil by Sea
Anna Marsh · 24 November 2026
Paragraph 1 of the article about oil: the port handled more ships than
in the year before, and the railway behind it sent 3 trains a week to
the east. The ministry in Kazakhstan expects oil to grow further.
http://127.0.0.1:23401/research/energy/oil-by-sea
{{corridor:why}}
Change your preferences:
{{corridor:preferences_url}}
Read on the web:
{{corridor:view_url}}
Unsubscribe:
{{corridor:unsubscribe_url}}
Sample Review
1 Example Street
', '', '{14}', '2026-11-28 04:53:36.6443+00');
INSERT INTO public.renderings OVERRIDING SYSTEM VALUE VALUES (5, 5, 'For two readers alone', '<!doctype html>
<html lang="en" dir="auto" xmlns="http://www.w3.org/1999/xhtml">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="supported-color-schemes" content="light dark">
<meta name="format-detection" content="telephone=no, date=no, address=no, email=no">
<meta name="x-apple-disable-message-reformatting">
<title>For two readers alone</title>
<style>
:root { color-scheme: light dark; supported-color-schemes: light dark; }
body { margin: 0; padding: 0; width: 100%; -webkit-text-size-adjust: 100%; text-size-adjust: 100%; }
img { border: 0; display: block; height: auto; max-width: 100%; }
a { text-underline-offset: 2px; }
a.title:hover { text-decoration: underline !important; }
@media (max-width: 600px) {
  .sheet, .foot { padding-left: 20px !important; padding-right: 20px !important; }
  .masthead { font-size: 24px !important; }
}
@media (prefers-color-scheme: dark) {
  .paper { background-color: #14171a !important; }
  .sheet { background-color: #1b1f23 !important; }
  .ink { color: #ece9e2 !important; }
  .soft { color: #a9afb5 !important; }
  .accent { color: #7fcbd6 !important; }
  .rule { border-color: #3a4147 !important; }
  .band { border-color: #7fcbd6 !important; }
}
[data-ogsc] .ink { color: #ece9e2 !important; }
[data-ogsc] .soft { color: #a9afb5 !important; }
[data-ogsc] .accent { color: #7fcbd6 !important; }
[data-ogsb] .paper { background-color: #14171a !important; }
[data-ogsb] .sheet { background-color: #1b1f23 !important; }
</style>
</head>
<body class="paper" style="margin:0;padding:0;background-color:#f4f1ea;">
<div style="display:none;max-height:0;max-width:0;overflow:hidden;opacity:0;font-size:1px;line-height:1px;color:transparent;">Confidential words. A Lamp on the Pier&#847;&zwnj;&nbsp;&#847;&zwnj;&nbsp;&#847;&zwnj;&nbsp;&#847;&zwnj;&nbsp;&#847;&zwnj;&nbsp;&#847;&zwnj;&nbsp;&#847;&zwnj;&nbsp;&#847;&zwnj;&nbsp;&#847;&zwnj;&nbsp;&#847;&zwnj;&nbsp;&#847;&zwnj;&nbsp;&#847;&zwnj;&nbsp;&#847;&zwnj;&nbsp;&#847;&zwnj;&nbsp;&#847;&zwnj;&nbsp;&#847;&zwnj;&nbsp;&#847;&zwnj;&nbsp;&#847;&zwnj;&nbsp;&#847;&zwnj;&nbsp;&#847;&zwnj;&nbsp;&#847;&zwnj;&nbsp;&#847;&zwnj;&nbsp;&#847;&zwnj;&nbsp;&#847;&zwnj;&nbsp;&#847;&zwnj;&nbsp;&#847;&zwnj;&nbsp;&#847;&zwnj;&nbsp;&#847;&zwnj;&nbsp;&#847;&zwnj;&nbsp;&#847;&zwnj;&nbsp;&#847;&zwnj;&nbsp;&#847;&zwnj;&nbsp;&#847;&zwnj;&nbsp;&#847;&zwnj;&nbsp;&#847;&zwnj;&nbsp;&#847;&zwnj;&nbsp;</div>
<table role="presentation" class="paper" width="100%" cellpadding="0" cellspacing="0" border="0" style="background-color:#f4f1ea;">
<tr><td align="center" style="padding:0;">
<!--[if mso]><table role="presentation" width="640" cellpadding="0" cellspacing="0" border="0"><tr><td><![endif]-->
<table role="presentation" width="100%" cellpadding="0" cellspacing="0" border="0" style="max-width:640px;">
<tr><td class="sheet band" align="left" style="background-color:#ffffff;border-top:4px solid #0b5563;padding:28px 36px 32px;text-align:start;">
<p class="soft" style="margin:0 0 4px;font:13px/20px -apple-system,''Segoe UI'',Roboto,Helvetica,Arial,sans-serif;color:#565c63;">Special edition · 28 November 2026</p>
<p class="masthead" dir="auto" style="margin:0 0 20px;font:600 28px/1.2 Georgia,''Times New Roman'',serif;"><a class="ink" href="http://127.0.0.1:23401" style="color:#1c1f23;text-decoration:none;">Sample Review</a></p>
<p class="ink" dir="auto" style="margin:0 0 12px;font:16px/26px -apple-system,''Segoe UI'',Roboto,Helvetica,Arial,sans-serif;color:#1c1f23;">{{corridor:greeting}}</p>
<p class="ink" dir="auto" style="margin:0 0 12px;font:16px/26px -apple-system,''Segoe UI'',Roboto,Helvetica,Arial,sans-serif;color:#1c1f23;">Confidential words.</p>
<div style="padding:22px 0 0;">
<h3 dir="auto" style="margin:0 0 6px;font:600 21px/27px Georgia,''Times New Roman'',serif;"><a class="ink title" href="http://127.0.0.1:23401/research/transport/lamp-on-the-pier" style="color:#1c1f23;text-decoration:none;">A Lamp on the Pier</a></h3>
<p class="soft" dir="auto" style="margin:0 0 8px;font:14px/20px -apple-system,''Segoe UI'',Roboto,Helvetica,Arial,sans-serif;color:#565c63;">Anna Marsh · 26 November 2026</p>
<p class="ink" dir="auto" style="margin:0 0 8px;font:16px/25px -apple-system,''Segoe UI'',Roboto,Helvetica,Arial,sans-serif;color:#1c1f23;">Paragraph 1 of the article about the pier: the port handled more ships than in the year before, and the railway behind it sent 3 trains a week to the east. The ministry in Kazakhstan expects the pier to grow further.</p>
<p style="margin:0;font:600 15px/24px -apple-system,''Segoe UI'',Roboto,Helvetica,Arial,sans-serif;"><a class="accent" href="http://127.0.0.1:23401/research/transport/lamp-on-the-pier" style="color:#0b5563;">Read&nbsp;the&nbsp;article</a></p>
</div>
<!-- more -->
</td></tr>
<tr><td class="paper foot" align="left" style="background-color:#f4f1ea;padding:24px 36px 40px;text-align:start;">
<p class="soft" dir="auto" style="margin:0 0 10px;font:13px/20px -apple-system,''Segoe UI'',Roboto,Helvetica,Arial,sans-serif;color:#565c63;">{{corridor:why}}</p>
<p class="soft" style="margin:0 0 10px;font:13px/22px -apple-system,''Segoe UI'',Roboto,Helvetica,Arial,sans-serif;color:#565c63;"><a class="accent" href="{{corridor:preferences_url}}" style="color:#0b5563;">Change&nbsp;your&nbsp;preferences</a> &nbsp;·&nbsp; <a class="accent" href="{{corridor:view_url}}" style="color:#0b5563;">Read&nbsp;on&nbsp;the&nbsp;web</a> &nbsp;·&nbsp; <a class="accent" href="{{corridor:unsubscribe_url}}" style="color:#0b5563;">Unsubscribe</a></p>
<p class="soft" dir="auto" style="margin:0;font:13px/20px -apple-system,''Segoe UI'',Roboto,Helvetica,Arial,sans-serif;color:#565c63;">Sample Review · 1 Example Street</p>
</td></tr>
</table>
<!--[if mso]></td></tr></table><![endif]-->
</td></tr>
</table>
</body>
</html>
', 'SAMPLE REVIEW
Special edition · 28 November 2026
{{corridor:greeting}}
Confidential words.
A Lamp on the Pier
Anna Marsh · 26 November 2026
Paragraph 1 of the article about the pier: the port handled more ships
than in the year before, and the railway behind it sent 3 trains a week
to the east. The ministry in Kazakhstan expects the pier to grow
further.
http://127.0.0.1:23401/research/transport/lamp-on-the-pier
{{corridor:why}}
Change your preferences:
{{corridor:preferences_url}}
Read on the web:
{{corridor:view_url}}
Unsubscribe:
{{corridor:unsubscribe_url}}
Sample Review
1 Example Street
', '', '{16}', '2026-11-28 04:53:36.768486+00');
INSERT INTO public.renderings OVERRIDING SYSTEM VALUE VALUES (6, 6, 'Paused in the middle', '<!doctype html>
<html lang="en" dir="auto" xmlns="http://www.w3.org/1999/xhtml">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="supported-color-schemes" content="light dark">
<meta name="format-detection" content="telephone=no, date=no, address=no, email=no">
<meta name="x-apple-disable-message-reformatting">
<title>Paused in the middle</title>
<style>
:root { color-scheme: light dark; supported-color-schemes: light dark; }
body { margin: 0; padding: 0; width: 100%; -webkit-text-size-adjust: 100%; text-size-adjust: 100%; }
img { border: 0; display: block; height: auto; max-width: 100%; }
a { text-underline-offset: 2px; }
a.title:hover { text-decoration: underline !important; }
@media (max-width: 600px) {
  .sheet, .foot { padding-left: 20px !important; padding-right: 20px !important; }
  .masthead { font-size: 24px !important; }
}
@media (prefers-color-scheme: dark) {
  .paper { background-color: #14171a !important; }
  .sheet { background-color: #1b1f23 !important; }
  .ink { color: #ece9e2 !important; }
  .soft { color: #a9afb5 !important; }
  .accent { color: #7fcbd6 !important; }
  .rule { border-color: #3a4147 !important; }
  .band { border-color: #7fcbd6 !important; }
}
[data-ogsc] .ink { color: #ece9e2 !important; }
[data-ogsc] .soft { color: #a9afb5 !important; }
[data-ogsc] .accent { color: #7fcbd6 !important; }
[data-ogsb] .paper { background-color: #14171a !important; }
[data-ogsb] .sheet { background-color: #1b1f23 !important; }
</style>
</head>
<body class="paper" style="margin:0;padding:0;background-color:#f4f1ea;">
<div style="display:none;max-height:0;max-width:0;overflow:hidden;opacity:0;font-size:1px;line-height:1px;color:transparent;">Queued words. Wind Farms on the Steppe&#847;&zwnj;&nbsp;&#847;&zwnj;&nbsp;&#847;&zwnj;&nbsp;&#847;&zwnj;&nbsp;&#847;&zwnj;&nbsp;&#847;&zwnj;&nbsp;&#847;&zwnj;&nbsp;&#847;&zwnj;&nbsp;&#847;&zwnj;&nbsp;&#847;&zwnj;&nbsp;&#847;&zwnj;&nbsp;&#847;&zwnj;&nbsp;&#847;&zwnj;&nbsp;&#847;&zwnj;&nbsp;&#847;&zwnj;&nbsp;&#847;&zwnj;&nbsp;&#847;&zwnj;&nbsp;&#847;&zwnj;&nbsp;&#847;&zwnj;&nbsp;&#847;&zwnj;&nbsp;&#847;&zwnj;&nbsp;&#847;&zwnj;&nbsp;&#847;&zwnj;&nbsp;&#847;&zwnj;&nbsp;&#847;&zwnj;&nbsp;&#847;&zwnj;&nbsp;&#847;&zwnj;&nbsp;&#847;&zwnj;&nbsp;&#847;&zwnj;&nbsp;&#847;&zwnj;&nbsp;&#847;&zwnj;&nbsp;&#847;&zwnj;&nbsp;&#847;&zwnj;&nbsp;&#847;&zwnj;&nbsp;&#847;&zwnj;&nbsp;&#847;&zwnj;&nbsp;</div>
<table role="presentation" class="paper" width="100%" cellpadding="0" cellspacing="0" border="0" style="background-color:#f4f1ea;">
<tr><td align="center" style="padding:0;">
<!--[if mso]><table role="presentation" width="640" cellpadding="0" cellspacing="0" border="0"><tr><td><![endif]-->
<table role="presentation" width="100%" cellpadding="0" cellspacing="0" border="0" style="max-width:640px;">
<tr><td class="sheet band" align="left" style="background-color:#ffffff;border-top:4px solid #0b5563;padding:28px 36px 32px;text-align:start;">
<p class="soft" style="margin:0 0 4px;font:13px/20px -apple-system,''Segoe UI'',Roboto,Helvetica,Arial,sans-serif;color:#565c63;">Special edition · 28 November 2026</p>
<p class="masthead" dir="auto" style="margin:0 0 20px;font:600 28px/1.2 Georgia,''Times New Roman'',serif;"><a class="ink" href="http://127.0.0.1:23401" style="color:#1c1f23;text-decoration:none;">Sample Review</a></p>
<p class="ink" dir="auto" style="margin:0 0 12px;font:16px/26px -apple-system,''Segoe UI'',Roboto,Helvetica,Arial,sans-serif;color:#1c1f23;">{{corridor:greeting}}</p>
<p class="ink" dir="auto" style="margin:0 0 12px;font:16px/26px -apple-system,''Segoe UI'',Roboto,Helvetica,Arial,sans-serif;color:#1c1f23;">Queued words.</p>
<div style="padding:22px 0 0;">
<h3 dir="auto" style="margin:0 0 6px;font:600 21px/27px Georgia,''Times New Roman'',serif;"><a class="ink title" href="http://127.0.0.1:23401/research/energy/wind-farms" style="color:#1c1f23;text-decoration:none;">Wind Farms on the Steppe</a></h3>
<p class="soft" dir="auto" style="margin:0 0 8px;font:14px/20px -apple-system,''Segoe UI'',Roboto,Helvetica,Arial,sans-serif;color:#565c63;">Anna Marsh · 23 November 2026</p>
<p class="ink" dir="auto" style="margin:0 0 8px;font:16px/25px -apple-system,''Segoe UI'',Roboto,Helvetica,Arial,sans-serif;color:#1c1f23;">Paragraph 1 of the article about wind: the port handled more ships than in the year before, and the railway behind it sent 3 trains a week to the east. The ministry in Kazakhstan expects wind to grow further.</p>
<p style="margin:0;font:600 15px/24px -apple-system,''Segoe UI'',Roboto,Helvetica,Arial,sans-serif;"><a class="accent" href="http://127.0.0.1:23401/research/energy/wind-farms" style="color:#0b5563;">Read&nbsp;the&nbsp;article</a></p>
</div>
<!-- more -->
</td></tr>
<tr><td class="paper foot" align="left" style="background-color:#f4f1ea;padding:24px 36px 40px;text-align:start;">
<p class="soft" dir="auto" style="margin:0 0 10px;font:13px/20px -apple-system,''Segoe UI'',Roboto,Helvetica,Arial,sans-serif;color:#565c63;">{{corridor:why}}</p>
<p class="soft" style="margin:0 0 10px;font:13px/22px -apple-system,''Segoe UI'',Roboto,Helvetica,Arial,sans-serif;color:#565c63;"><a class="accent" href="{{corridor:preferences_url}}" style="color:#0b5563;">Change&nbsp;your&nbsp;preferences</a> &nbsp;·&nbsp; <a class="accent" href="{{corridor:view_url}}" style="color:#0b5563;">Read&nbsp;on&nbsp;the&nbsp;web</a> &nbsp;·&nbsp; <a class="accent" href="{{corridor:unsubscribe_url}}" style="color:#0b5563;">Unsubscribe</a></p>
<p class="soft" dir="auto" style="margin:0;font:13px/20px -apple-system,''Segoe UI'',Roboto,Helvetica,Arial,sans-serif;color:#565c63;">Sample Review · 1 Example Street</p>
</td></tr>
</table>
<!--[if mso]></td></tr></table><![endif]-->
</td></tr>
</table>
</body>
</html>
', 'SAMPLE REVIEW
Special edition · 28 November 2026
{{corridor:greeting}}
Queued words.
Wind Farms on the Steppe
Anna Marsh · 23 November 2026
Paragraph 1 of the article about wind: the port handled more ships than
in the year before, and the railway behind it sent 3 trains a week to
the east. The ministry in Kazakhstan expects wind to grow further.
http://127.0.0.1:23401/research/energy/wind-farms
{{corridor:why}}
Change your preferences:
{{corridor:preferences_url}}
Read on the web:
{{corridor:view_url}}
Unsubscribe:
{{corridor:unsubscribe_url}}
Sample Review
1 Example Street
', '', '{13}', '2026-11-28 04:53:39.283853+00');
INSERT INTO public.renderings OVERRIDING SYSTEM VALUE VALUES (7, 7, 'Cancelled before it left', '<!doctype html>
<html lang="en" dir="auto" xmlns="http://www.w3.org/1999/xhtml">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="supported-color-schemes" content="light dark">
<meta name="format-detection" content="telephone=no, date=no, address=no, email=no">
<meta name="x-apple-disable-message-reformatting">
<title>Cancelled before it left</title>
<style>
:root { color-scheme: light dark; supported-color-schemes: light dark; }
body { margin: 0; padding: 0; width: 100%; -webkit-text-size-adjust: 100%; text-size-adjust: 100%; }
img { border: 0; display: block; height: auto; max-width: 100%; }
a { text-underline-offset: 2px; }
a.title:hover { text-decoration: underline !important; }
@media (max-width: 600px) {
  .sheet, .foot { padding-left: 20px !important; padding-right: 20px !important; }
  .masthead { font-size: 24px !important; }
}
@media (prefers-color-scheme: dark) {
  .paper { background-color: #14171a !important; }
  .sheet { background-color: #1b1f23 !important; }
  .ink { color: #ece9e2 !important; }
  .soft { color: #a9afb5 !important; }
  .accent { color: #7fcbd6 !important; }
  .rule { border-color: #3a4147 !important; }
  .band { border-color: #7fcbd6 !important; }
}
[data-ogsc] .ink { color: #ece9e2 !important; }
[data-ogsc] .soft { color: #a9afb5 !important; }
[data-ogsc] .accent { color: #7fcbd6 !important; }
[data-ogsb] .paper { background-color: #14171a !important; }
[data-ogsb] .sheet { background-color: #1b1f23 !important; }
</style>
</head>
<body class="paper" style="margin:0;padding:0;background-color:#f4f1ea;">
<div style="display:none;max-height:0;max-width:0;overflow:hidden;opacity:0;font-size:1px;line-height:1px;color:transparent;">Secret words. Oil by Sea&#847;&zwnj;&nbsp;&#847;&zwnj;&nbsp;&#847;&zwnj;&nbsp;&#847;&zwnj;&nbsp;&#847;&zwnj;&nbsp;&#847;&zwnj;&nbsp;&#847;&zwnj;&nbsp;&#847;&zwnj;&nbsp;&#847;&zwnj;&nbsp;&#847;&zwnj;&nbsp;&#847;&zwnj;&nbsp;&#847;&zwnj;&nbsp;&#847;&zwnj;&nbsp;&#847;&zwnj;&nbsp;&#847;&zwnj;&nbsp;&#847;&zwnj;&nbsp;&#847;&zwnj;&nbsp;&#847;&zwnj;&nbsp;&#847;&zwnj;&nbsp;&#847;&zwnj;&nbsp;&#847;&zwnj;&nbsp;&#847;&zwnj;&nbsp;&#847;&zwnj;&nbsp;&#847;&zwnj;&nbsp;&#847;&zwnj;&nbsp;&#847;&zwnj;&nbsp;&#847;&zwnj;&nbsp;&#847;&zwnj;&nbsp;&#847;&zwnj;&nbsp;&#847;&zwnj;&nbsp;&#847;&zwnj;&nbsp;&#847;&zwnj;&nbsp;&#847;&zwnj;&nbsp;&#847;&zwnj;&nbsp;&#847;&zwnj;&nbsp;&#847;&zwnj;&nbsp;&#847;&zwnj;&nbsp;&#847;&zwnj;&nbsp;&#847;&zwnj;&nbsp;&#847;&zwnj;&nbsp;&#847;&zwnj;&nbsp;&#847;&zwnj;&nbsp;&#847;&zwnj;&nbsp;</div>
<table role="presentation" class="paper" width="100%" cellpadding="0" cellspacing="0" border="0" style="background-color:#f4f1ea;">
<tr><td align="center" style="padding:0;">
<!--[if mso]><table role="presentation" width="640" cellpadding="0" cellspacing="0" border="0"><tr><td><![endif]-->
<table role="presentation" width="100%" cellpadding="0" cellspacing="0" border="0" style="max-width:640px;">
<tr><td class="sheet band" align="left" style="background-color:#ffffff;border-top:4px solid #0b5563;padding:28px 36px 32px;text-align:start;">
<p class="soft" style="margin:0 0 4px;font:13px/20px -apple-system,''Segoe UI'',Roboto,Helvetica,Arial,sans-serif;color:#565c63;">Special edition · 28 November 2026</p>
<p class="masthead" dir="auto" style="margin:0 0 20px;font:600 28px/1.2 Georgia,''Times New Roman'',serif;"><a class="ink" href="http://127.0.0.1:23401" style="color:#1c1f23;text-decoration:none;">Sample Review</a></p>
<p class="ink" dir="auto" style="margin:0 0 12px;font:16px/26px -apple-system,''Segoe UI'',Roboto,Helvetica,Arial,sans-serif;color:#1c1f23;">{{corridor:greeting}}</p>
<p class="ink" dir="auto" style="margin:0 0 12px;font:16px/26px -apple-system,''Segoe UI'',Roboto,Helvetica,Arial,sans-serif;color:#1c1f23;">Secret words.</p>
<div style="padding:22px 0 0;">
<h3 dir="auto" style="margin:0 0 6px;font:600 21px/27px Georgia,''Times New Roman'',serif;"><a class="ink title" href="http://127.0.0.1:23401/research/energy/oil-by-sea" style="color:#1c1f23;text-decoration:none;">Oil by Sea</a></h3>
<p class="soft" dir="auto" style="margin:0 0 8px;font:14px/20px -apple-system,''Segoe UI'',Roboto,Helvetica,Arial,sans-serif;color:#565c63;">Anna Marsh · 24 November 2026</p>
<p class="ink" dir="auto" style="margin:0 0 8px;font:16px/25px -apple-system,''Segoe UI'',Roboto,Helvetica,Arial,sans-serif;color:#1c1f23;">Paragraph 1 of the article about oil: the port handled more ships than in the year before, and the railway behind it sent 3 trains a week to the east. The ministry in Kazakhstan expects oil to grow further.</p>
<p style="margin:0;font:600 15px/24px -apple-system,''Segoe UI'',Roboto,Helvetica,Arial,sans-serif;"><a class="accent" href="http://127.0.0.1:23401/research/energy/oil-by-sea" style="color:#0b5563;">Read&nbsp;the&nbsp;article</a></p>
</div>
<!-- more -->
</td></tr>
<tr><td class="paper foot" align="left" style="background-color:#f4f1ea;padding:24px 36px 40px;text-align:start;">
<p class="soft" dir="auto" style="margin:0 0 10px;font:13px/20px -apple-system,''Segoe UI'',Roboto,Helvetica,Arial,sans-serif;color:#565c63;">{{corridor:why}}</p>
<p class="soft" style="margin:0 0 10px;font:13px/22px -apple-system,''Segoe UI'',Roboto,Helvetica,Arial,sans-serif;color:#565c63;"><a class="accent" href="{{corridor:preferences_url}}" style="color:#0b5563;">Change&nbsp;your&nbsp;preferences</a> &nbsp;·&nbsp; <a class="accent" href="{{corridor:view_url}}" style="color:#0b5563;">Read&nbsp;on&nbsp;the&nbsp;web</a> &nbsp;·&nbsp; <a class="accent" href="{{corridor:unsubscribe_url}}" style="color:#0b5563;">Unsubscribe</a></p>
<p class="soft" dir="auto" style="margin:0;font:13px/20px -apple-system,''Segoe UI'',Roboto,Helvetica,Arial,sans-serif;color:#565c63;">Sample Review · 1 Example Street</p>
</td></tr>
</table>
<!--[if mso]></td></tr></table><![endif]-->
</td></tr>
</table>
</body>
</html>
', 'SAMPLE REVIEW
Special edition · 28 November 2026
{{corridor:greeting}}
Secret words.
Oil by Sea
Anna Marsh · 24 November 2026
Paragraph 1 of the article about oil: the port handled more ships than
in the year before, and the railway behind it sent 3 trains a week to
the east. The ministry in Kazakhstan expects oil to grow further.
http://127.0.0.1:23401/research/energy/oil-by-sea
{{corridor:why}}
Change your preferences:
{{corridor:preferences_url}}
Read on the web:
{{corridor:view_url}}
Unsubscribe:
{{corridor:unsubscribe_url}}
Sample Review
1 Example Street
', '', '{14}', '2026-11-28 04:53:39.438344+00');
INSERT INTO public.renderings OVERRIDING SYSTEM VALUE VALUES (8, 8, 'Sample Review weekly: An Imported Paper and 3 more', '<!doctype html>
<html lang="en" dir="auto" xmlns="http://www.w3.org/1999/xhtml">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="supported-color-schemes" content="light dark">
<meta name="format-detection" content="telephone=no, date=no, address=no, email=no">
<meta name="x-apple-disable-message-reformatting">
<title>Sample Review weekly: An Imported Paper and 3 more</title>
<style>
:root { color-scheme: light dark; supported-color-schemes: light dark; }
body { margin: 0; padding: 0; width: 100%; -webkit-text-size-adjust: 100%; text-size-adjust: 100%; }
img { border: 0; display: block; height: auto; max-width: 100%; }
a { text-underline-offset: 2px; }
a.title:hover { text-decoration: underline !important; }
@media (max-width: 600px) {
  .sheet, .foot { padding-left: 20px !important; padding-right: 20px !important; }
  .masthead { font-size: 24px !important; }
}
@media (prefers-color-scheme: dark) {
  .paper { background-color: #14171a !important; }
  .sheet { background-color: #1b1f23 !important; }
  .ink { color: #ece9e2 !important; }
  .soft { color: #a9afb5 !important; }
  .accent { color: #7fcbd6 !important; }
  .rule { border-color: #3a4147 !important; }
  .band { border-color: #7fcbd6 !important; }
}
[data-ogsc] .ink { color: #ece9e2 !important; }
[data-ogsc] .soft { color: #a9afb5 !important; }
[data-ogsc] .accent { color: #7fcbd6 !important; }
[data-ogsb] .paper { background-color: #14171a !important; }
[data-ogsb] .sheet { background-color: #1b1f23 !important; }
</style>
</head>
<body class="paper" style="margin:0;padding:0;background-color:#f4f1ea;">
<div style="display:none;max-height:0;max-width:0;overflow:hidden;opacity:0;font-size:1px;line-height:1px;color:transparent;">Also: A Lamp on the Pier; Тариф; A Lamp on the Pier&#847;&zwnj;&nbsp;&#847;&zwnj;&nbsp;&#847;&zwnj;&nbsp;&#847;&zwnj;&nbsp;&#847;&zwnj;&nbsp;&#847;&zwnj;&nbsp;&#847;&zwnj;&nbsp;&#847;&zwnj;&nbsp;&#847;&zwnj;&nbsp;&#847;&zwnj;&nbsp;&#847;&zwnj;&nbsp;&#847;&zwnj;&nbsp;&#847;&zwnj;&nbsp;&#847;&zwnj;&nbsp;&#847;&zwnj;&nbsp;&#847;&zwnj;&nbsp;&#847;&zwnj;&nbsp;&#847;&zwnj;&nbsp;&#847;&zwnj;&nbsp;&#847;&zwnj;&nbsp;&#847;&zwnj;&nbsp;&#847;&zwnj;&nbsp;&#847;&zwnj;&nbsp;&#847;&zwnj;&nbsp;&#847;&zwnj;&nbsp;&#847;&zwnj;&nbsp;&#847;&zwnj;&nbsp;&#847;&zwnj;&nbsp;&#847;&zwnj;&nbsp;</div>
<table role="presentation" class="paper" width="100%" cellpadding="0" cellspacing="0" border="0" style="background-color:#f4f1ea;">
<tr><td align="center" style="padding:0;">
<!--[if mso]><table role="presentation" width="640" cellpadding="0" cellspacing="0" border="0"><tr><td><![endif]-->
<table role="presentation" width="100%" cellpadding="0" cellspacing="0" border="0" style="max-width:640px;">
<tr><td class="sheet band" align="left" style="background-color:#ffffff;border-top:4px solid #0b5563;padding:28px 36px 32px;text-align:start;">
<p class="soft" style="margin:0 0 4px;font:13px/20px -apple-system,''Segoe UI'',Roboto,Helvetica,Arial,sans-serif;color:#565c63;">Weekly digest · 23 November 2026</p>
<p class="masthead" dir="auto" style="margin:0 0 20px;font:600 28px/1.2 Georgia,''Times New Roman'',serif;"><a class="ink" href="http://127.0.0.1:23401" style="color:#1c1f23;text-decoration:none;">Sample Review</a></p>
<p class="ink" dir="auto" style="margin:0 0 12px;font:16px/26px -apple-system,''Segoe UI'',Roboto,Helvetica,Arial,sans-serif;color:#1c1f23;">{{corridor:greeting}}</p>
<h2 class="accent rule" dir="auto" style="margin:28px 0 0;padding:0 0 8px;border-bottom:1px solid #ded8cb;font:600 13px/18px -apple-system,''Segoe UI'',Roboto,Helvetica,Arial,sans-serif;letter-spacing:.06em;text-transform:uppercase;color:#0b5563;">Transport</h2>
<div style="padding:22px 0 0;">
<h3 dir="auto" style="margin:0 0 6px;font:600 21px/27px Georgia,''Times New Roman'',serif;"><a class="ink title" href="http://127.0.0.1:23402/articles/17" style="color:#1c1f23;text-decoration:none;">An Imported Paper</a></h3>
<p class="soft" dir="auto" style="margin:0 0 8px;font:14px/20px -apple-system,''Segoe UI'',Roboto,Helvetica,Arial,sans-serif;color:#565c63;">Saiga Notebook · 20 October 2026</p>
<p class="ink" dir="auto" style="margin:0 0 8px;font:16px/25px -apple-system,''Segoe UI'',Roboto,Helvetica,Arial,sans-serif;color:#1c1f23;">Some words of an imported paper that has no address of its own. Some words of an imported paper that has no address of its own. Some words of an imported paper that has no address of its own. Some words of an imported paper that has no address of its own. Some words of an imported paper that has no address of its own.</p>
<p style="margin:0;font:600 15px/24px -apple-system,''Segoe UI'',Roboto,Helvetica,Arial,sans-serif;"><a class="accent" href="http://127.0.0.1:23402/articles/17" style="color:#0b5563;">Read&nbsp;the&nbsp;article</a></p>
</div>
<div style="padding:22px 0 0;">
<h3 dir="auto" style="margin:0 0 6px;font:600 21px/27px Georgia,''Times New Roman'',serif;"><a class="ink title" href="http://127.0.0.1:23401/research/transport/lamp-on-the-pier" style="color:#1c1f23;text-decoration:none;">A Lamp on the Pier</a></h3>
<p class="soft" dir="auto" style="margin:0 0 8px;font:14px/20px -apple-system,''Segoe UI'',Roboto,Helvetica,Arial,sans-serif;color:#565c63;">Anna Marsh · 26 November 2026</p>
<p class="ink" dir="auto" style="margin:0 0 8px;font:16px/25px -apple-system,''Segoe UI'',Roboto,Helvetica,Arial,sans-serif;color:#1c1f23;">Paragraph 1 of the article about the pier: the port handled more ships than in the year before, and the railway behind it sent 3 trains a week to the east. The ministry in Kazakhstan expects the pier to grow further.</p>
<p style="margin:0;font:600 15px/24px -apple-system,''Segoe UI'',Roboto,Helvetica,Arial,sans-serif;"><a class="accent" href="http://127.0.0.1:23401/research/transport/lamp-on-the-pier" style="color:#0b5563;">Read&nbsp;the&nbsp;article</a></p>
</div>
<div style="padding:22px 0 0;">
<h3 dir="auto" style="margin:0 0 6px;font:600 21px/27px Georgia,''Times New Roman'',serif;"><a class="ink title" href="http://127.0.0.1:23401/research/transport/tariff" style="color:#1c1f23;text-decoration:none;">Тариф</a></h3>
<p class="soft" dir="auto" style="margin:0 0 8px;font:14px/20px -apple-system,''Segoe UI'',Roboto,Helvetica,Arial,sans-serif;color:#565c63;">Anna Marsh · 22 November 2026</p>
<p class="ink" dir="auto" style="margin:0 0 8px;font:16px/25px -apple-system,''Segoe UI'',Roboto,Helvetica,Arial,sans-serif;color:#1c1f23;">Paragraph 1 of the article about тарифах: the port handled more ships than in the year before, and the railway behind it sent 3 trains a week to the east. The ministry in Kazakhstan expects тарифах to grow further.</p>
<p style="margin:0;font:600 15px/24px -apple-system,''Segoe UI'',Roboto,Helvetica,Arial,sans-serif;"><a class="accent" href="http://127.0.0.1:23401/research/transport/tariff" style="color:#0b5563;">Read&nbsp;the&nbsp;article</a></p>
</div>
<div style="padding:22px 0 0;">
<h3 dir="auto" style="margin:0 0 6px;font:600 21px/27px Georgia,''Times New Roman'',serif;"><a class="ink title" href="http://127.0.0.1:23401/research/transport/pier-print" style="color:#1c1f23;text-decoration:none;">A Lamp on the Pier</a></h3>
<p class="soft" dir="auto" style="margin:0 0 8px;font:14px/20px -apple-system,''Segoe UI'',Roboto,Helvetica,Arial,sans-serif;color:#565c63;">Anna Marsh · 26 November 2026</p>
<p class="ink" dir="auto" style="margin:0 0 8px;font:16px/25px -apple-system,''Segoe UI'',Roboto,Helvetica,Arial,sans-serif;color:#1c1f23;">Paragraph 1 of the article about the pier: the port handled more ships than in the year before, and the railway behind it sent 3 trains a week to the east. The ministry in Kazakhstan expects the pier to grow further.</p>
<p style="margin:0;font:600 15px/24px -apple-system,''Segoe UI'',Roboto,Helvetica,Arial,sans-serif;"><a class="accent" href="http://127.0.0.1:23401/research/transport/pier-print" style="color:#0b5563;">Read&nbsp;the&nbsp;article</a></p>
</div>
<!-- more -->
</td></tr>
<tr><td class="paper foot" align="left" style="background-color:#f4f1ea;padding:24px 36px 40px;text-align:start;">
<p class="soft" dir="auto" style="margin:0 0 10px;font:13px/20px -apple-system,''Segoe UI'',Roboto,Helvetica,Arial,sans-serif;color:#565c63;">{{corridor:why}}</p>
<p class="soft" style="margin:0 0 10px;font:13px/22px -apple-system,''Segoe UI'',Roboto,Helvetica,Arial,sans-serif;color:#565c63;"><a class="accent" href="{{corridor:preferences_url}}" style="color:#0b5563;">Change&nbsp;your&nbsp;preferences</a> &nbsp;·&nbsp; <a class="accent" href="{{corridor:view_url}}" style="color:#0b5563;">Read&nbsp;on&nbsp;the&nbsp;web</a> &nbsp;·&nbsp; <a class="accent" href="{{corridor:unsubscribe_url}}" style="color:#0b5563;">Unsubscribe</a></p>
<p class="soft" dir="auto" style="margin:0;font:13px/20px -apple-system,''Segoe UI'',Roboto,Helvetica,Arial,sans-serif;color:#565c63;">Sample Review · 1 Example Street</p>
</td></tr>
</table>
<!--[if mso]></td></tr></table><![endif]-->
</td></tr>
</table>
</body>
</html>
', 'SAMPLE REVIEW
Weekly digest · 23 November 2026
{{corridor:greeting}}
TRANSPORT
An Imported Paper
Saiga Notebook · 20 October 2026
Some words of an imported paper that has no address of its own. Some
words of an imported paper that has no address of its own. Some words of
an imported paper that has no address of its own. Some words of an
imported paper that has no address of its own. Some words of an imported
paper that has no address of its own.
http://127.0.0.1:23402/articles/17
A Lamp on the Pier
Anna Marsh · 26 November 2026
Paragraph 1 of the article about the pier: the port handled more ships
than in the year before, and the railway behind it sent 3 trains a week
to the east. The ministry in Kazakhstan expects the pier to grow
further.
http://127.0.0.1:23401/research/transport/lamp-on-the-pier
Тариф
Anna Marsh · 22 November 2026
Paragraph 1 of the article about тарифах: the port handled more ships
than in the year before, and the railway behind it sent 3 trains a week
to the east. The ministry in Kazakhstan expects тарифах to grow further.
http://127.0.0.1:23401/research/transport/tariff
A Lamp on the Pier
Anna Marsh · 26 November 2026
Paragraph 1 of the article about the pier: the port handled more ships
than in the year before, and the railway behind it sent 3 trains a week
to the east. The ministry in Kazakhstan expects the pier to grow
further.
http://127.0.0.1:23401/research/transport/pier-print
{{corridor:why}}
Change your preferences:
{{corridor:preferences_url}}
Read on the web:
{{corridor:view_url}}
Unsubscribe:
{{corridor:unsubscribe_url}}
Sample Review
1 Example Street
', '', '{17,16,6,1}', '2026-11-28 04:53:39.645173+00');
INSERT INTO public.signing_keys OVERRIDING SYSTEM VALUE VALUES (1, '\x121baa28520dd6da383fa90b1c01e12ae6161430585318ad3089bc2dce8b4b08', '2026-11-28 04:53:35.700892+00', NULL);
INSERT INTO public.skipped_pages VALUES ('site', 'http://127.0.0.1:23401/research/security/long-title', 'the page has no headline', '2026-11-28 04:53:35.773263+00');
INSERT INTO public.sources VALUES ('notes', '2026-11-28 04:53:35.796337+00', '2026-11-28 04:53:35.796337+00', '2026-11-28 04:53:35.796337+00', NULL, '', NULL, '', '');
INSERT INTO public.sources VALUES ('site', '2026-11-28 04:53:35.831471+00', '2026-11-28 04:53:35.831471+00', '2026-11-28 04:53:35.831471+00', NULL, '', NULL, '', '');
INSERT INTO public.subscribers OVERRIDING SYSTEM VALUE VALUES (1, 'anna@example.org', DEFAULT, 'Anna Marsh', 'active', 'daily', 'html', 'UTC', '', 1, NULL, '2026-11-28 04:53:36.012574+00', '2026-11-28 04:53:36.012574+00', NULL, 1, '{"at": "2026-11-28T04:53:36.012573543Z", "how": "import"}', NULL, NULL, '2026-11-28 04:53:36.043411+00');
INSERT INTO public.subscribers OVERRIDING SYSTEM VALUE VALUES (2, 'Boris.Reed@example.org', DEFAULT, 'Boris Reed', 'active', 'daily', 'html', 'Asia/Baku', '', 2, NULL, '2026-11-28 04:53:36.012574+00', '2026-11-28 04:53:36.012574+00', NULL, 1, '{"at": "2026-11-28T04:53:36.012573543Z", "how": "import"}', NULL, NULL, '2026-11-28 04:53:36.043411+00');
INSERT INTO public.subscribers OVERRIDING SYSTEM VALUE VALUES (3, 'IRINA@example.com', DEFAULT, 'Irina Dale', 'active', 'daily', 'html', 'UTC', '', 3, NULL, '2026-11-28 04:53:36.012574+00', '2026-11-28 04:53:36.012574+00', NULL, 1, '{"at": "2026-11-28T04:53:36.012573543Z", "how": "import"}', NULL, NULL, '2026-11-28 04:53:36.043411+00');
INSERT INTO public.subscribers OVERRIDING SYSTEM VALUE VALUES (4, 'everything@example.net', DEFAULT, '', 'active', 'daily', 'html', 'UTC', '', 2, NULL, '2026-11-28 04:53:36.012574+00', '2026-11-28 04:53:36.012574+00', NULL, 1, '{"at": "2026-11-28T04:53:36.012573543Z", "how": "import"}', NULL, NULL, '2026-11-28 04:53:36.043411+00');
INSERT INTO public.subscribers OVERRIDING SYSTEM VALUE VALUES (5, 'weekly@example.net', DEFAULT, '', 'active', 'weekly', 'html', 'UTC', '', 4, NULL, '2026-11-28 04:53:36.012574+00', '2026-11-28 04:53:36.012574+00', NULL, 1, '{"at": "2026-11-28T04:53:36.012573543Z", "how": "import"}', NULL, NULL, '2026-11-28 04:53:36.043411+00');
INSERT INTO public.subscribers OVERRIDING SYSTEM VALUE VALUES (6, 'instant@example.net', DEFAULT, '', 'active', 'instant', 'html', 'UTC', '', 5, NULL, '2026-11-28 04:53:36.012574+00', '2026-11-28 04:53:36.012574+00', NULL, 1, '{"at": "2026-11-28T04:53:36.012573543Z", "how": "import"}', NULL, NULL, '2026-11-28 04:53:36.043411+00');
INSERT INTO public.subscribers OVERRIDING SYSTEM VALUE VALUES (7, 'gone@example.net', DEFAULT, '', 'active', 'daily', 'html', 'UTC', '', 2, NULL, '2026-11-28 04:53:36.012574+00', '2026-11-28 04:53:36.012574+00', NULL, 1, '{"at": "2026-11-28T04:53:36.012573543Z", "how": "import"}', NULL, NULL, '2026-11-28 04:53:36.043411+00');
INSERT INTO public.subscribers OVERRIDING SYSTEM VALUE VALUES (8, 'refused@example.net', DEFAULT, '', 'active', 'daily', 'html', 'UTC', '', 2, NULL, '2026-11-28 04:53:36.012574+00', '2026-11-28 04:53:36.012574+00', NULL, 1, '{"at": "2026-11-28T04:53:36.012573543Z", "how": "import"}', NULL, NULL, '2026-11-28 04:53:36.043411+00');
INSERT INTO public.subscribers OVERRIDING SYSTEM VALUE VALUES (9, 'later@example.net', DEFAULT, '', 'active', 'daily', 'html', 'UTC', '', 2, NULL, '2026-11-28 04:53:36.012574+00', '2026-11-28 04:53:36.012574+00', NULL, 1, '{"at": "2026-11-28T04:53:36.012573543Z", "how": "import"}', NULL, NULL, '2026-11-28 04:53:36.043411+00');
INSERT INTO public.subscribers OVERRIDING SYSTEM VALUE VALUES (10, 'lost@example.net', DEFAULT, '', 'active', 'daily', 'html', 'UTC', '', 2, NULL, '2026-11-28 04:53:36.012574+00', '2026-11-28 04:53:36.012574+00', NULL, 1, '{"at": "2026-11-28T04:53:36.012573543Z", "how": "import"}', NULL, NULL, '2026-11-28 04:53:36.043411+00');
INSERT INTO public.subscribers OVERRIDING SYSTEM VALUE VALUES (11, 'left@example.org', DEFAULT, '', 'left', 'daily', 'html', 'UTC', '', 2, NULL, '2026-11-28 04:53:36.012574+00', NULL, '2026-11-28 04:53:36.012574+00', 1, '{"at": "2026-11-28T04:53:36.012573543Z", "how": "import"}', NULL, NULL, '2026-11-28 04:53:36.043411+00');
INSERT INTO public.subscribers OVERRIDING SYSTEM VALUE VALUES (12, 'BLOCKED.Istanbul@example.org', DEFAULT, '', 'active', 'daily', 'html', 'UTC', '', 2, NULL, '2026-11-28 04:53:36.012574+00', '2026-11-28 04:53:36.012574+00', NULL, 1, '{"at": "2026-11-28T04:53:36.012573543Z", "how": "import"}', NULL, NULL, '2026-11-28 04:53:36.043411+00');
INSERT INTO public.subscribers OVERRIDING SYSTEM VALUE VALUES (14, 'pending@example.org', DEFAULT, '', 'pending', 'weekly', 'html', 'Asia/Baku', '', 6, NULL, '2026-11-28 04:53:36.19013+00', NULL, NULL, 1, '{"at": "2026-11-28T04:53:36.190129878Z", "how": "form", "network": "127.0.0.1"}', NULL, '{"2026-11-28 04:53:36.19013+00"}', '2026-11-28 04:53:36.190192+00');
INSERT INTO public.suppressions VALUES ('\x9cd70d021145b30ed7038b8e2195593581cfa447692353950ed8a0c8675d758f', 'BLOCKED.Istanbul@example.org', 'staff', 'asked by phone', '2026-11-28 04:53:36.094467+00', 12);
INSERT INTO public.suppressions VALUES ('\x12dc84811e86a3ab26b09abc23d19c6343a7ad0302111627dcd9a92a2126a327', 'Stranger.IBAN@example.org', 'staff', 'never a reader', '2026-11-28 04:53:36.137579+00', NULL);
INSERT INTO public.suppressions VALUES ('\x0ba4730378ec14b10298ab5eea2a1c834f8c0cde82c7959ae083ab8b7125d5ac', NULL, 'erased', '', '2026-11-28 04:53:36.178679+00', NULL);
INSERT INTO public.suppressions VALUES ('\xd553f611992a9a3e5fabe7f2610580c1a020e519e043c607b937aaf103477435', 'gone@example.net', 'hard_bounce', 'User unknown', '2026-11-28 04:53:36.95116+00', 7);
INSERT INTO public.variant_articles VALUES (13, 1);
INSERT INTO public.variant_articles VALUES (17, 1);
INSERT INTO public.variant_articles VALUES (16, 1);
INSERT INTO public.variant_articles VALUES (14, 1);
INSERT INTO public.variant_articles VALUES (10, 1);
INSERT INTO public.variant_articles VALUES (8, 1);
INSERT INTO public.variant_articles VALUES (7, 1);
INSERT INTO public.variant_articles VALUES (6, 1);
INSERT INTO public.variant_articles VALUES (3, 1);
INSERT INTO public.variant_articles VALUES (2, 1);
INSERT INTO public.variant_articles VALUES (1, 1);
INSERT INTO public.variant_articles VALUES (17, 2);
INSERT INTO public.variant_articles VALUES (16, 2);
INSERT INTO public.variant_articles VALUES (6, 2);
INSERT INTO public.variant_articles VALUES (1, 2);
INSERT INTO public.variant_articles VALUES (13, 3);
INSERT INTO public.variant_articles VALUES (14, 3);
INSERT INTO public.variant_articles VALUES (10, 3);
INSERT INTO public.variant_articles VALUES (8, 3);
INSERT INTO public.variant_articles VALUES (7, 3);
INSERT INTO public.variant_articles VALUES (14, 4);
INSERT INTO public.variant_articles VALUES (16, 5);
INSERT INTO public.variant_articles VALUES (13, 6);
INSERT INTO public.variant_articles VALUES (14, 7);
INSERT INTO public.variant_articles VALUES (17, 8);
INSERT INTO public.variant_articles VALUES (16, 8);
INSERT INTO public.variant_articles VALUES (6, 8);
INSERT INTO public.variant_articles VALUES (1, 8);
INSERT INTO public.variants OVERRIDING SYSTEM VALUE VALUES (5, 3, '', '{16}', 1, 0, 0, 5, '2026-11-28 04:53:31.768486+00');
INSERT INTO public.variants OVERRIDING SYSTEM VALUE VALUES (7, 5, '', '{14}', 1, 0, 0, 7, '2026-11-28 04:53:34.438344+00');
INSERT INTO public.variants OVERRIDING SYSTEM VALUE VALUES (1, 1, '', '{13,17,16,14,10,8,7,6,3,2,1}', 11, 0, 16, 1, '2026-11-28 04:53:34.645173+00');
INSERT INTO public.variants OVERRIDING SYSTEM VALUE VALUES (2, 1, '', '{17,16,6,1}', 4, 0, 16, 2, '2026-11-28 04:53:34.645173+00');
INSERT INTO public.variants OVERRIDING SYSTEM VALUE VALUES (3, 1, '', '{13,14,10,8,7}', 5, 0, 16, 3, '2026-11-28 04:53:34.645173+00');
INSERT INTO public.variants OVERRIDING SYSTEM VALUE VALUES (4, 2, '', '{14}', 1, 0, 0, 4, '2026-11-28 04:53:34.645173+00');
INSERT INTO public.variants OVERRIDING SYSTEM VALUE VALUES (6, 4, '', '{13}', 1, 0, 0, 6, '2026-11-28 04:53:34.645173+00');
INSERT INTO public.variants OVERRIDING SYSTEM VALUE VALUES (8, 7, '', '{17,16,6,1}', 4, 0, 16, 8, '2026-11-28 04:53:34.645173+00');
SELECT pg_catalog.setval('public.articles_id_seq', 17, true);
SELECT pg_catalog.setval('public.batches_id_seq', 6, true);
SELECT pg_catalog.setval('public.editions_id_seq', 7, true);
SELECT pg_catalog.setval('public.goose_db_version_id_seq', 13, true);
SELECT pg_catalog.setval('public.outbox_id_seq', 1, true);
SELECT pg_catalog.setval('public.preference_sets_id_seq', 6, true);
SELECT pg_catalog.setval('public.renderings_id_seq', 8, true);
SELECT pg_catalog.setval('public.senders_id_seq', 1, true);
SELECT pg_catalog.setval('public.signing_keys_id_seq', 1, true);
SELECT pg_catalog.setval('public.subscribers_id_seq', 14, true);
SELECT pg_catalog.setval('public.variants_id_seq', 8, true);
ALTER TABLE ONLY public.article_addresses
    ADD CONSTRAINT article_addresses_pkey PRIMARY KEY (url);
ALTER TABLE ONLY public.article_versions
    ADD CONSTRAINT article_versions_pkey PRIMARY KEY (article_id, version);
ALTER TABLE ONLY public.articles
    ADD CONSTRAINT articles_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.articles
    ADD CONSTRAINT articles_release_no_key UNIQUE (release_no);
ALTER TABLE ONLY public.articles
    ADD CONSTRAINT articles_uid_key UNIQUE (uid);
ALTER TABLE ONLY public.articles
    ADD CONSTRAINT articles_url_key UNIQUE (url);
ALTER TABLE ONLY public.batches
    ADD CONSTRAINT batches_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.deliveries
    ADD CONSTRAINT deliveries_pkey PRIMARY KEY (edition_id, subscriber_id);
ALTER TABLE ONLY public.editions
    ADD CONSTRAINT editions_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.feed_labels
    ADD CONSTRAINT feed_labels_pkey PRIMARY KEY (kind, slug);
ALTER TABLE ONLY public.goose_db_version
    ADD CONSTRAINT goose_db_version_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.installation
    ADD CONSTRAINT installation_pkey PRIMARY KEY (key);
ALTER TABLE ONLY public.instant_periods
    ADD CONSTRAINT instant_periods_pkey PRIMARY KEY (period);
ALTER TABLE ONLY public.job_ticks
    ADD CONSTRAINT job_ticks_pkey PRIMARY KEY (job, tick);
ALTER TABLE ONLY public.missed_deliveries
    ADD CONSTRAINT missed_deliveries_pkey PRIMARY KEY (subscriber_id, variant_id);
ALTER TABLE ONLY public.outbox
    ADD CONSTRAINT outbox_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.preference_sets
    ADD CONSTRAINT preference_sets_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.preference_sets
    ADD CONSTRAINT preference_sets_programs_regions_key UNIQUE (programs, regions);
ALTER TABLE ONLY public.reader_positions
    ADD CONSTRAINT reader_positions_pkey PRIMARY KEY (subscriber_id);
ALTER TABLE ONLY public.receiving_domains
    ADD CONSTRAINT receiving_domains_pkey PRIMARY KEY (domain);
ALTER TABLE ONLY public.release_counter
    ADD CONSTRAINT release_counter_pkey PRIMARY KEY (only_row);
ALTER TABLE ONLY public.renderings
    ADD CONSTRAINT renderings_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.senders
    ADD CONSTRAINT senders_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.signing_keys
    ADD CONSTRAINT signing_keys_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.skipped_pages
    ADD CONSTRAINT skipped_pages_pkey PRIMARY KEY (source, url);
ALTER TABLE ONLY public.sources
    ADD CONSTRAINT sources_pkey PRIMARY KEY (name);
ALTER TABLE ONLY public.subscribers
    ADD CONSTRAINT subscribers_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.suppressions
    ADD CONSTRAINT suppressions_pkey PRIMARY KEY (address_hash);
ALTER TABLE ONLY public.variant_articles
    ADD CONSTRAINT variant_articles_pkey PRIMARY KEY (article_id, variant_id);
ALTER TABLE ONLY public.variants
    ADD CONSTRAINT variants_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.waves
    ADD CONSTRAINT waves_pkey PRIMARY KEY (frequency, period, time_zone);
ALTER TABLE ONLY public.websub_pings
    ADD CONSTRAINT websub_pings_pkey PRIMARY KEY (hub, topic);
ALTER TABLE ONLY public.websub_requests
    ADD CONSTRAINT websub_requests_pkey PRIMARY KEY (topic, callback);
ALTER TABLE ONLY public.websub_subscriptions
    ADD CONSTRAINT websub_subscriptions_pkey PRIMARY KEY (topic, callback);
CREATE INDEX articles_guid ON public.articles USING btree (source, guid) WHERE (guid IS NOT NULL);
CREATE INDEX articles_newest ON public.articles USING btree (COALESCE(published, released_at, first_seen_at) DESC, id DESC);
CREATE INDEX batches_due ON public.batches USING btree (due_at, id) WHERE (due_at IS NOT NULL);
CREATE INDEX batches_edition ON public.batches USING btree (edition_id);
CREATE INDEX batches_open ON public.batches USING btree (edition_id) WHERE (due_at IS NOT NULL);
CREATE INDEX changes_xid ON public.changes USING btree (xid);
CREATE INDEX deliveries_batch ON public.deliveries USING btree (batch_id);
CREATE UNIQUE INDEX editions_digest ON public.editions USING btree (frequency, period) WHERE (kind = 'digest'::text);
CREATE INDEX journal_batch ON public.journal USING btree (batch_id, fence, n);
CREATE INDEX outbox_due ON public.outbox USING btree (due_at) WHERE (due_at IS NOT NULL);
CREATE UNIQUE INDEX subscribers_email ON public.subscribers USING btree (lower(email));
CREATE INDEX suppressions_created ON public.suppressions USING btree (created_at) WHERE (subscriber_id IS NOT NULL);
CREATE INDEX suppressions_subscriber ON public.suppressions USING btree (subscriber_id);
CREATE UNIQUE INDEX variants_list ON public.variants USING btree (edition_id, language, hash_array_extended(article_ids, (0)::bigint), hash_array_extended(article_ids, (1)::bigint));
CREATE INDEX variants_unrendered ON public.variants USING btree (id) WHERE (rendering_id IS NULL);
CREATE INDEX websub_requests_due ON public.websub_requests USING btree (due_at);
CREATE INDEX websub_requests_host ON public.websub_requests USING btree (host);
CREATE INDEX websub_subscriptions_due ON public.websub_subscriptions USING btree (due_at) WHERE (due_at IS NOT NULL);
CREATE INDEX websub_subscriptions_host ON public.websub_subscriptions USING btree (host);
CREATE INDEX websub_subscriptions_lease ON public.websub_subscriptions USING btree (lease_until);
CREATE TRIGGER articles_labels BEFORE UPDATE OF programs, regions, authors ON public.articles FOR EACH ROW WHEN (((old.programs IS DISTINCT FROM new.programs) OR (old.regions IS DISTINCT FROM new.regions) OR (old.authors IS DISTINCT FROM new.authors))) EXECUTE FUNCTION public.articles_remember_labels();
CREATE TRIGGER editions_stopped AFTER UPDATE OF state ON public.editions FOR EACH ROW WHEN (((old.state = 'sending'::text) AND (new.state <> 'sending'::text))) EXECUTE FUNCTION public.note_change('edition');
CREATE TRIGGER subscribers_choice BEFORE UPDATE OF preference_set_id ON public.subscribers FOR EACH ROW WHEN ((old.preference_set_id IS DISTINCT FROM new.preference_set_id)) EXECUTE FUNCTION public.subscribers_choose();
CREATE TRIGGER subscribers_deleted AFTER DELETE ON public.subscribers REFERENCING OLD TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION public.subscribers_changed();
CREATE TRIGGER subscribers_updated AFTER UPDATE ON public.subscribers REFERENCING OLD TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION public.subscribers_changed();
CREATE TRIGGER suppressions_inserted AFTER INSERT ON public.suppressions REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION public.subscribers_suppressed();
CREATE TRIGGER suppressions_updated AFTER UPDATE ON public.suppressions REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION public.subscribers_suppressed();
CREATE TRIGGER variants_rendered AFTER UPDATE OF rendering_id ON public.variants FOR EACH ROW WHEN (((old.rendering_id IS NOT NULL) AND (new.rendering_id IS DISTINCT FROM old.rendering_id))) EXECUTE FUNCTION public.note_change('variant');
ALTER TABLE ONLY public.article_addresses
    ADD CONSTRAINT article_addresses_article_id_fkey FOREIGN KEY (article_id) REFERENCES public.articles(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.article_versions
    ADD CONSTRAINT article_versions_article_id_fkey FOREIGN KEY (article_id) REFERENCES public.articles(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.renderings
    ADD CONSTRAINT renderings_variant_id_fkey FOREIGN KEY (variant_id) REFERENCES public.variants(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.variant_articles
    ADD CONSTRAINT variant_articles_article_id_fkey FOREIGN KEY (article_id) REFERENCES public.articles(id);
ALTER TABLE ONLY public.variant_articles
    ADD CONSTRAINT variant_articles_variant_id_fkey FOREIGN KEY (variant_id) REFERENCES public.variants(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.variants
    ADD CONSTRAINT variants_edition_id_fkey FOREIGN KEY (edition_id) REFERENCES public.editions(id) ON DELETE CASCADE;
