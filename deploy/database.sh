# shellcheck shell=bash
# The database that deploy.sh makes or is given, its logins, and the secrets that hold their addresses. It is sourced
# there, after deploy/steps.sh, and takes the options from it.
# shellcheck disable=SC2154

# The database takes ten minutes or more to come up: it is asked for first, and waited for when it is needed. It has no
# network that may reach it: connections come through the platform, which asks for roles/cloudsql.client. Once it is
# there, its size is its operator's business.
instance() {
  local tier safety=(--availability-type=regional --deletion-protection)
  tier=$(awk -F'\t' -v n="$connections" '$1 == "tier" && $3 >= n { print $2; exit }' "$work/catalogue")
  [ -n "$tier" ] || fail "no machine of local/capacity/prices.ts allows $connections connections; bring your own with --database"
  ! has_word demo || safety=(--availability-type=zonal --no-deletion-protection)
  # A night of Sunday in Europe; backups an hour before. All changes of the last week can be gone back to.
  step "database instance" "" gcloud sql instances describe wellspring '--format=value(name)' "${in_project[@]}" -- \
    gcloud sql instances create wellspring --database-version=POSTGRES_17 --edition=enterprise --tier="$tier" \
    --database-flags=max_connections="$connections" "${safety[@]}" --connector-enforcement=REQUIRED --storage-auto-increase \
    --backup-start-time=01:00 --retained-backups-count=14 --enable-point-in-time-recovery \
    --maintenance-window-day=SUN --maintenance-window-hour=2 --insights-config-query-insights-enabled --async "${in_region[@]}"
}

# Each secret is the whole address of one login: of the owner, who migrates, and of the three that functions connect with.
# With an OpenAI-compatible model there is one more, its key.
logins="owner api worker resolve"
secret_of() { if [ "$1" = model ]; then echo wellspring-model-api-key; else echo "wellspring-database-url-$1"; fi; }
keys=$logins
version_variable() { printf 'VERSION_%s' "$1" | tr '[:lower:]' '[:upper:]'; }
# Makes $newest the command that prints the number of the newest version.
ask_newest() {
  newest=(gcloud secrets versions list "$(secret_of "$1")" '--filter=state=ENABLED' '--sort-by=~createTime' --limit=1 '--format=value(name.basename())' "${in_project[@]}")
}

secrets() {
  local key
  for key in $keys; do
    step "secret $(secret_of "$key")" "" gcloud secrets describe "$(secret_of "$key")" '--format=value(name)' "${in_project[@]}" -- \
      gcloud secrets create "$(secret_of "$key")" --replication-policy=automatic "${in_project[@]}"
  done
  settle
  for key in $keys; do secret_value "$key"; done
  settle
  for key in $keys; do
    case $key in
      model) may_read worker model ;;
      owner) may_read migrator owner ;;
      *) may_read migrator "$key" && may_read "$key" "$key" ;;
    esac
  done
  settle
}
may_read() { grant "wellspring-$1" roles/secretmanager.secretAccessor secrets "$(secret_of "$2")" && wait; }

# Made from random bits, or taken from a variable where others have made it. It goes through a pipe, because arguments can
# be read by every process of this machine.
secret_value() {
  local key=$1 name from="" value
  name=$(secret_of "$key")
  [ "$key" != owner ] || [ -z "$given" ] || from=WELLSPRING_DATABASE_URL_OWNER
  [ "$key" != model ] || from=WELLSPRING_MODEL_API_KEY
  local add=(gcloud secrets versions add "$name" --data-file=- "${in_project[@]}")
  ask_newest "$key"
  if [ "$command" = plan ]; then
    titled "value of $name: goes there and nowhere else"
    looking "${newest[@]}"
    changes=$((changes + 1))
    if [ -n "$from" ]; then printf "printf %%s \"\$%s\" | %s\n" "$from" "$(shown "${add[@]}")"
    else printf "printf '%s' \"\$(node -p 'crypto.randomBytes(24).toString(\"hex\")')\" | %s\n" "$(address_form "$key")" "$(shown "${add[@]}")"; fi
    return
  fi
  if [ -n "$("${newest[@]}" 2>/dev/null)" ]; then
    record unchanged "value of $name"
    return
  fi
  if [ -z "$from" ]; then
    # shellcheck disable=SC2059 # The form is ours.
    value=$(printf "$(address_form "$key")" "$(node -p 'crypto.randomBytes(24).toString("hex")')")
  else
    if [ -z "${!from:-}" ] && [ -t 0 ]; then read -rsp "$from: " "${from?}" && echo >&2; fi
    value=${!from:-}
    [ -n "$value" ] || fail "$from is not set, and $name has no value yet"
  fi
  # shellcheck disable=SC2317 # Called by change.
  add_value() { printf %s "$value" | "${add[@]}"; }
  change created "value of $name" add_value
}

# The address of a login, with %s for its password. Our database is wellspring, that of a given instance what its owner's
# address says.
address_form() {
  local user=wellspring_login_$1 name=wellspring address=${WELLSPRING_DATABASE_URL_OWNER:-}
  [ "$1" != owner ] || user=wellspring
  if [ -n "$given" ]; then
    [ -n "$address" ] || [ "$command" = plan ] || address=$(owner_address)
    address=${address%%\?*} name=${address##*/}
  fi
  printf 'postgres://%s:%%s@%%%%2Fcloudsql%%%%2F%s/%s' "$user" "${database//:/%%3A}" "${name:-wellspring}"
}
owner_address() { gcloud secrets versions access latest --secret="$(secret_of owner)" "${in_project[@]}" 2>/dev/null; }

# Secrets stay where an instance was given once, or a region was another: making a second database for them would be wrong.
check_instance() {
  local address instance
  [ -z "$given" ] || return 0
  address=$(owner_address) || return 0
  instance=${address#*@%2Fcloudsql%2F} instance=${instance%%/*} instance=${instance//%3A/:}
  case $instance in
    "$database") ;;
    *@*) fail "the address in $(secret_of owner) is not of $database: give --database" ;;
    *) fail "the address in $(secret_of owner) is of $instance: give --database $instance" ;;
  esac
}

# Functions are given a version of a secret and not the latest: so a rotated one makes new revisions, and the old ones
# keep what they began with.
versions() {
  local key variable
  for key in $keys; do
    variable=$(version_variable "$key") && ask_newest "$key"
    if [ "$command" = plan ]; then
      asked "$variable" "${newest[@]}"
      printf -v "$variable" %s "$variable"
    else
      printf -v "$variable" %s "$("${newest[@]}" 2>/dev/null)"
      [ -n "${!variable}" ] || fail "$(secret_of "$key") has no value: apply once without --functions-only"
    fi
  done
}
versioned_secret() {
  local variable
  variable=$(version_variable "$1") && printf '%s:%s' "$(secret_of "$1")" "${!variable}"
}

# The instance is waited for as long as it takes. Its owner is made from the secret, so that an apply that stops in
# between loses no password. The other logins are made with the schema, by the owner: those that gcloud makes may do
# nearly everything.
owner() {
  [ -z "$given" ] || return 0
  local at=(--instance=wellspring "${in_project[@]}") flags_file=wellspring-login.yaml
  step "database instance is up" DONE \
    gcloud sql operations list '--sort-by=~insertTime' --limit=1 '--format=value(status,name)' "${at[@]}" -- \
    gcloud sql instances describe wellspring "${in_project[@]}" -- \
    gcloud sql operations wait @NAME@ --timeout=unlimited "${in_project[@]}"
  settle
  step "database wellspring" "" gcloud sql databases describe wellspring '--format=value(name)' "${at[@]}" -- \
    gcloud sql databases create wellspring "${at[@]}"
  settle
  local read_secret=(gcloud secrets versions access "$VERSION_OWNER" --secret="$(secret_of owner)" "${in_project[@]}")
  # shellcheck disable=SC2016 # For node.
  local as_flag='process.stdin.once("data", (url) => console.log("--password:", JSON.stringify(decodeURIComponent(new URL(`${url}`).password))))'
  if [ "$command" = plan ]; then
    looks=$((looks + 1)) && printf '\n%s | node -e %s >%s\n' "$(shown "${read_secret[@]}")" "'$as_flag'" "$flags_file"
  else
    flags_file=$work/$flags_file
    "${read_secret[@]}" | node -e "$as_flag" >"$flags_file" || fail "$(secret_of owner) cannot be read"
  fi
  step "login wellspring" "" gcloud sql users list '--filter=name=wellspring' '--format=value(name)' "${at[@]}" -- \
    gcloud sql users create wellspring --flags-file="$flags_file" "${at[@]}"
  settle
  noted "password of wellspring" "$VERSION_OWNER" gcloud secrets describe "$(secret_of owner)" '--format=value(labels.login)' "${in_project[@]}" -- \
    gcloud sql users set-password wellspring --flags-file="$flags_file" "${at[@]}" -- \
    gcloud secrets update "$(secret_of owner)" --update-labels=login="$VERSION_OWNER" "${in_project[@]}"
  settle
}
