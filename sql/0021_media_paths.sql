-- pg-mem: skip
-- A picture is kept once: its path names its content, so the same logo found for two companies is one row. Global
-- pictures have no workspace and are one among themselves.

create unique index uniq_media_path on media (workspace_pk, media_type, path) nulls not distinct
  where deleted_at is null and path is not null;
