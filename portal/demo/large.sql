-- The large demo: one statement a section, each over whole tables. Every person of it is numbered by the address.
-- %(now)s is the moment, and every length of time counts back from it. `spread` gives the same number between
-- 0 and 1 for the same words, so that two runs make the same people.

-- name: spread
CREATE OR REPLACE FUNCTION pg_temp.spread(words text) RETURNS float8 IMMUTABLE PARALLEL SAFE LANGUAGE sql AS
$$ SELECT (hashtextextended(words, 7) & 1048575) / 1048576.0 $$

-- name: users
INSERT INTO accounts_user (password, is_superuser, email, name, time_zone, zone_confirmed_at, language, theme,
                           is_active, is_staff, created_at)
SELECT '!' || md5(%(role)s || n) || 'large', false, %(role)s || n || '@demo.example',
       (%(given)s::text[])[1 + n * 7 %% cardinality(%(given)s::text[])] || ' '
       || (%(family)s::text[])[1 + n * 13 %% cardinality(%(family)s::text[])],
       (%(zones)s::text[])[1 + n %% cardinality(%(zones)s::text[])],
       %(now)s, 'en-gb', 'auto', true, false, %(now)s
FROM generate_series(%(first)s::int, %(last)s::int) AS n

-- name: addresses
INSERT INTO account_emailaddress (email, verified, "primary", user_id)
SELECT email, true, true, id FROM accounts_user u
WHERE NOT EXISTS (SELECT FROM account_emailaddress a WHERE a.user_id = u.id)

-- name: practitioners
INSERT INTO coaching_practitioner (user_id, practice_id, answers, created_at)
SELECT id, (SELECT min(id) FROM coaching_practice), 'On working days.', %(now)s - interval '4 years'
FROM accounts_user u WHERE u.email LIKE 'practitioner%%'
AND NOT EXISTS (SELECT FROM coaching_practitioner p WHERE p.user_id = u.id)
ORDER BY id

-- name: clients
INSERT INTO coaching_client (user_id, practitioner_id, status, path, since)
SELECT u.id, p.id, 'active', CASE WHEN pg_temp.spread(u.email) < 0.7 THEN 'common' ELSE 'injury' END, %(now)s
FROM (SELECT id, email, row_number() OVER (ORDER BY id) AS place FROM accounts_user u
      WHERE email LIKE 'client%%' AND NOT EXISTS (SELECT FROM coaching_client c WHERE c.user_id = u.id)) u
JOIN (SELECT id, row_number() OVER (ORDER BY id) AS place, count(*) OVER () AS all_of_them
      FROM coaching_practitioner) p ON p.place = 1 + (u.place - 1) %% p.all_of_them
ORDER BY u.id

-- name: changes
INSERT INTO coaching_appointmentchange (appointment_id, what, at, by_id, starts_at, why)
SELECT a.id, step.what, step.at, step.by_id, a.starts_at, step.why
FROM coaching_appointment a
JOIN coaching_client c ON c.id = a.client_id
JOIN coaching_practitioner p ON p.id = a.practitioner_id
CROSS JOIN LATERAL (VALUES
    ('booked', a.created_at, c.user_id, ''),
    (a.status, coalesce(a.cancelled_at, a.ends_at), CASE WHEN a.status = 'cancelled' THEN c.user_id ELSE p.user_id END,
     CASE WHEN a.status = 'cancelled' THEN 'Another time is better.' ELSE '' END)
) AS step (what, at, by_id, why)
WHERE step.what <> 'confirmed'
AND NOT EXISTS (SELECT FROM coaching_appointmentchange old WHERE old.appointment_id = a.id)

-- name: lives
-- From the first to the last session one is a client; who comes no more has graduated or ended.
UPDATE coaching_client c SET
    since = life.first_booked,
    status = CASE WHEN life.last_start > %(now)s - interval '45 days' THEN 'active'
                  WHEN pg_temp.spread('end' || c.id) < 0.7 THEN 'graduated' ELSE 'ended' END,
    graduated_at = CASE WHEN life.last_start <= %(now)s - interval '45 days'
                        AND pg_temp.spread('end' || c.id) < 0.7 THEN life.last_start + interval '1 day' END
FROM (SELECT client_id, min(created_at) AS first_booked, max(starts_at) AS last_start
      FROM coaching_appointment GROUP BY client_id) life
WHERE life.client_id = c.id AND c.id > %(last_client)s

-- name: stages
-- Who has been here for long practises on their own, others fade or learn.
UPDATE coaching_client SET
    stage = CASE WHEN since < %(now)s - interval '180 days' AND pg_temp.spread('own' || id) < 0.5 THEN 'own'
                 WHEN since < %(now)s - interval '90 days' AND pg_temp.spread('fade' || id) < 0.5 THEN 'fading'
                 ELSE 'learning' END,
    stage_since = CASE WHEN since < %(now)s - interval '90 days'
                       THEN %(now)s - interval '1 day' * floor(10 + 50 * pg_temp.spread('stage' || id)) END
WHERE id > %(last_client)s AND status = 'active'

-- name: graduations
INSERT INTO coaching_graduation (client_id, at, words, before, seen_at, asked_back_at)
SELECT id, graduated_at, 'Half of what you can is enough.', '{}', graduated_at + interval '2 days',
       CASE WHEN pg_temp.spread('knocks' || id) < 0.01 THEN %(now)s - interval '5 hours' END
FROM coaching_client WHERE id > %(last_client)s AND status = 'graduated'

-- name: span
-- When each client practised and wrote: from the first day to the last session, or until yesterday.
CREATE TEMPORARY TABLE life ON COMMIT DROP AS
SELECT c.id, c.practitioner_id, c.user_id, p.user_id AS practitioner_user_id, u.time_zone, c.status,
       c.since AS first, least(coalesce(s.last, %(now)s), %(now)s - interval '1 hour') AS last,
       row_number() OVER (ORDER BY c.id) AS place
FROM coaching_client c
JOIN coaching_practitioner p ON p.id = c.practitioner_id
JOIN accounts_user u ON u.id = c.user_id
LEFT JOIN (SELECT client_id, max(starts_at) AS last FROM coaching_appointment GROUP BY client_id) s
       ON s.client_id = c.id
WHERE c.id > %(last_client)s

-- name: stories
INSERT INTO coaching_story (client_id, happened, since, "where", cause, wish, signs, signs_asked_at, signs_seen_at,
                            answered, told_at, updated_at)
SELECT id, (%(happened)s::bytea[])[1 + place %% cardinality(%(happened)s::bytea[])], %(since)s, %(where)s,
       'stress', %(wish)s, '{}', first, first,
       '{happened,began,where,how,wish,signs,consent}', first, first
FROM life

-- name: activities
INSERT INTO coaching_activity (client_id, place, words, named_at)
SELECT life.id, number, (%(wanted)s::bytea[])[number + 1], life.first FROM life, generate_series(0, 2) AS number

-- name: activity_ratings
-- Every five weeks or so, from about 3 to about 7.
INSERT INTO coaching_activityrating (activity_id, day, value)
SELECT a.id, day::date, greatest(0, least(10, round(
           3 + 4 * extract(epoch FROM day - life.first) / extract(epoch FROM life.last - life.first)
           + random() * 2 - 1)))::int
FROM life
JOIN coaching_activity a ON a.client_id = life.id,
     generate_series(life.first, life.last, interval '35 days') AS day
WHERE life.last > life.first

-- name: assignments
INSERT INTO coaching_assignment (id, client_id, lesson_id, rhythm, times_a_day, note, starts_on, state, created_at)
SELECT gen_random_uuid(), life.id, lesson.id,
       CASE WHEN life.status = 'graduated' THEN 'when_needed'
            ELSE (ARRAY['daily', 'most_days', 'second_day'])[lesson.place] END, 1, 'Small is better than far.',
       (life.first AT TIME ZONE life.time_zone)::date,
       CASE WHEN life.status = 'active' OR life.status = 'graduated' AND lesson.place < 3 THEN 'active'
            ELSE 'ended' END, life.first
FROM life
JOIN (SELECT id, practitioner_id, row_number() OVER (PARTITION BY practitioner_id ORDER BY id) AS place
      FROM coaching_lesson WHERE archived_at IS NULL) lesson
  ON lesson.practitioner_id = life.practitioner_id AND lesson.place <= 3

-- name: agreed
-- The dosage grew once, half-way.
INSERT INTO coaching_agreed (assignment_id, begins_on, ends_on, rhythm, times_a_day)
SELECT a.id, span.begins_on, span.ends_on, CASE WHEN span.ends_on IS NULL THEN a.rhythm ELSE 'three_a_week' END, 1
FROM life
JOIN coaching_assignment a ON a.client_id = life.id
CROSS JOIN LATERAL (SELECT (life.first + (life.last - life.first) / 2)::date AS half) middle
CROSS JOIN LATERAL (VALUES (a.starts_on, greatest(a.starts_on, middle.half)),
                           (greatest(a.starts_on, middle.half) + 1,
                            CASE WHEN a.state = 'ended' THEN greatest(middle.half + 1, life.last::date) END))
                   AS span (begins_on, ends_on)
WHERE span.ends_on IS NULL OR span.ends_on >= span.begins_on

-- name: entries
-- Tension falls from about 7 to about 3 over the time of practice, with better and worse days.
INSERT INTO coaching_practiceentry (client_id, lesson_id, assignment_id, day, before, after, felt, words, token,
                                    noted_at)
SELECT life.id, a.lesson_id, a.id, (doing.at AT TIME ZONE life.time_zone)::date,
       doing.before, greatest(0, least(10, doing.before - 1 + (doing.chance * 5)::int %% 4 - 1)),
       CASE WHEN doing.chance < 0.4 THEN '{softer}' WHEN doing.chance < 0.6 THEN '{warmer}'
            WHEN doing.chance < 0.7 THEN '{nothing}' ELSE '{}' END::varchar(8)[],
       CASE WHEN doing.chance > 0.93 THEN 'The left side took longer than the right.' ELSE '' END,
       gen_random_uuid(), doing.at
FROM life
JOIN LATERAL (SELECT id, lesson_id, row_number() OVER (ORDER BY id) - 1 AS place, count(*) OVER () AS given
              FROM coaching_assignment WHERE client_id = life.id OFFSET 0) a ON true
JOIN LATERAL (
    SELECT g, life.first + (life.last - life.first) * ((g - 0.5) / sizes.many) AS at, random() AS chance,
           greatest(0, least(10, round(7 - 4.0 * g / sizes.many + random() * 3 - 1.5)))::int AS before
    FROM (SELECT %(entries)s::int / %(clients)s::int
                 + CASE WHEN life.place <= %(entries)s::int %% %(clients)s::int THEN 1 ELSE 0 END AS many) sizes,
         generate_series(1, sizes.many) AS g
) doing ON doing.g %% a.given = a.place

-- name: playbacks
INSERT INTO coaching_playback (client_id, lesson_id, position, heard, finished, updated_at)
SELECT client_id, lesson_id, 0, count(*) * 210.0, count(*) * 4 / 5, max(noted_at)
FROM coaching_practiceentry WHERE client_id > %(last_client)s GROUP BY client_id, lesson_id

-- name: kits
-- Graduates keep what they still have; of the others every third keeps something for when it hurts.
INSERT INTO coaching_kitlesson (client_id, lesson_id, words, place, added_at)
SELECT life.id, a.lesson_id, 'When it locks.', row_number() OVER (PARTITION BY life.id ORDER BY a.id) - 1, life.last
FROM life
JOIN coaching_assignment a ON a.client_id = life.id AND a.state = 'active'
WHERE life.status = 'graduated' OR life.status = 'active' AND life.place %% 3 = 0

-- name: listenings
-- What was heard lately; not of every doing, as people know lessons by heart.
INSERT INTO coaching_listening (uuid, client_id, lesson_id, recording_id, spans, heard, finished, told, day, began_at,
                                ended_at)
SELECT gen_random_uuid(), e.client_id, e.lesson_id, l.recording_id, ARRAY[ARRAY[0, f.duration]], f.duration, true, 50,
       e.day, e.noted_at - f.duration * interval '1 second', e.noted_at
FROM coaching_practiceentry e
JOIN coaching_lesson l ON l.id = e.lesson_id
JOIN coaching_recording r ON r.id = l.recording_id
JOIN coaching_storedfile f ON f.id = r.file_id
WHERE e.client_id > %(last_client)s AND e.noted_at > %(now)s - interval '28 days' AND f.duration > 0
  AND random() < 0.8

-- name: ratings
INSERT INTO coaching_reserverating (client_id, week, value, rated_at)
SELECT life.id, week::date, greatest(0, least(10, round(
           3 + 5 * extract(epoch FROM week - life.first) / extract(epoch FROM life.last - life.first)
           + random() * 2 - 1)))::int, week + interval '19 hours'
FROM life, generate_series(date_trunc('week', life.first + interval '6 days'), life.last - interval '1 day',
                           interval '1 week') AS week
WHERE random() < 0.8 AND life.last > life.first

-- name: conversations
INSERT INTO coaching_conversation (client_id, client_read, practitioner_read)
SELECT id, 0, 0 FROM life WHERE NOT EXISTS (SELECT FROM coaching_conversation c WHERE c.client_id = life.id)

-- name: messages
-- They take turns. Most ends are the practitioner's; some active clients have the last word and wait.
INSERT INTO coaching_message (conversation_id, author_id, uuid, words, sent_at)
SELECT c.id, said.author_id, gen_random_uuid(),
       (%(words)s::text[])[1 + (random() * 1000)::int %% cardinality(%(words)s::text[])], said.at
FROM life
JOIN coaching_conversation c ON c.client_id = life.id
JOIN LATERAL (
    SELECT life.first + (life.last - life.first) * ((g - 0.5) / sizes.many) AS at,
           CASE WHEN ((sizes.many - g) %% 2 = 0)
                     = (life.status = 'active' AND pg_temp.spread('waits' || life.id) < 0.1)
                THEN life.user_id ELSE life.practitioner_user_id END AS author_id
    FROM (SELECT %(messages)s::int / %(clients)s::int
                 + CASE WHEN life.place <= %(messages)s::int %% %(clients)s::int THEN 1 ELSE 0 END AS many) sizes,
         generate_series(1, sizes.many) AS g
) said ON true
ORDER BY said.at

-- name: read_marks
-- Everybody has read everything but what they have not answered yet.
UPDATE coaching_conversation c SET
    last_message_at = last.sent_at, client_read = last.id,
    practitioner_read = CASE WHEN last.author_id = life.user_id THEN coalesce(answered.id, 0) ELSE last.id END,
    waiting_since = CASE WHEN last.author_id = life.user_id THEN asked.sent_at END
FROM life
JOIN coaching_conversation mine ON mine.client_id = life.id
CROSS JOIN LATERAL (SELECT id, author_id, sent_at FROM coaching_message m
                    WHERE m.conversation_id = mine.id ORDER BY id DESC LIMIT 1) last
LEFT JOIN LATERAL (SELECT id FROM coaching_message m
                   WHERE m.conversation_id = mine.id AND m.author_id = life.practitioner_user_id
                   ORDER BY id DESC LIMIT 1) answered ON true
LEFT JOIN LATERAL (SELECT sent_at FROM coaching_message m
                   WHERE m.conversation_id = mine.id AND m.id > coalesce(answered.id, 0)
                   ORDER BY id LIMIT 1) asked ON true
WHERE c.id = mine.id

-- name: notes
-- Of every third session that was held there is a note; half of them tell the client something, too.
INSERT INTO coaching_sessionnote (client_id, appointment_id, words, draft, shared, shared_at, changes, began_at,
                                  saved_at)
SELECT a.client_id, a.id, %(noted)s, half.told, half.told, CASE WHEN half.is_told THEN a.ends_at END, 4,
       a.starts_at, a.ends_at
FROM coaching_appointment a
CROSS JOIN LATERAL (SELECT pg_temp.spread('told' || a.id) < 0.5 AS is_told) which
CROSS JOIN LATERAL (SELECT which.is_told, CASE WHEN which.is_told THEN %(told)s::bytea ELSE ''::bytea END AS told) half
WHERE a.client_id > %(last_client)s AND a.status = 'held' AND pg_temp.spread('noted' || a.id) < 0.33

-- name: tasks
-- Each lesson that a client has was given beside their first note.
INSERT INTO coaching_sessiontask (note_id, assignment_id)
SELECT note.id, g.id
FROM coaching_assignment g
CROSS JOIN LATERAL (SELECT n.id FROM coaching_sessionnote n
                    WHERE n.client_id = g.client_id AND n.began_at >= g.created_at
                    ORDER BY n.began_at LIMIT 1) note
WHERE g.client_id > %(last_client)s AND g.lesson_id IS NOT NULL
