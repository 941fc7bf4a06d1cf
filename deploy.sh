#!/usr/bin/env bash
# Puts Wellspring on Google Cloud: what there is to deploy comes from the catalogue, through local/catalogue.ts.
# Every step first asks what is there, changes it only where it differs, and can be repeated.
set -euo pipefail

usage() {
  cat <<'TEXT'
deploy.sh COMMAND --project ID --region REGION [options]

  plan       print every command of an apply, quoted for a shell; needs neither gcloud nor credentials
  apply      make accounts, queues, secrets, image, database schema, functions, schedule and monitoring
  rollback   send the traffic of each function back to its previous revision
  destroy    take everything but data and secrets away; for demo projects only

  --only a,b          these functions and their queues; --except a,b: all but these
  --queues-only       queues and nothing else
  --functions-only    image, database schema and functions
  --database NAME     Cloud SQL instance, as project:region:name (default: ID:REGION:wellspring)
  --connections N     what that instance allows (default 400)
  --settings FILE     further settings of the functions, NAME=value lines as in .env.example
  --yes ID            confirms a project that is no demo or test project, instead of typing its name
  --local             makes the queues of a running local stack: eval "$(npm run -s env)" first

Secrets are read from WELLSPRING_DATABASE_URL_API, _WORKER, _RESOLVE and _OWNER, or asked for. They are never printed.
TEXT
}

fail() {
  echo "deploy.sh: $*" >&2
  exit 2
}

cd "$(dirname "${BASH_SOURCE[0]}")"
# The project brings its own Node.
PATH=$PWD/node_modules/.bin:$PATH
command="" project="" region="" database="" only="" except="" settings="" confirmed="" connections=400 part=all
while [ $# -gt 0 ]; do
  case $1 in
    plan | apply | rollback | destroy) command=$1 ;;
    --project | --region | --database | --only | --except | --settings | --connections | --yes)
      [ $# -ge 2 ] || fail "$1 needs a value"
      case $1 in
        --project) project=$2 ;; --region) region=$2 ;; --database) database=$2 ;; --only) only=$2 ;;
        --except) except=$2 ;; --settings) settings=$2 ;; --connections) connections=$2 ;; --yes) confirmed=$2 ;;
      esac
      shift
      ;;
    --queues-only | --functions-only)
      [ "$part" = all ] || fail "--queues-only and --functions-only exclude each other"
      part=${1#--} part=${part%-only}
      ;;
    --local) command=apply part=local ;;
    --help | -h) usage && exit 0 ;;
    *) usage >&2 && fail "does not know $1" ;;
  esac
  shift
done
[ -n "$command" ] || { usage >&2 && fail "which command? plan, apply, rollback or destroy"; }
if [ "$part" = local ]; then
  project=${GOOGLE_CLOUD_PROJECT:-} region=${TASKS_LOCATION:-}
  case ${CLOUDSDK_API_ENDPOINT_OVERRIDES_CLOUDTASKS:-} in
    http://127.0.0.1:*) ;;
    *) fail '--local needs the settings that "npm run -s env" prints for a running stack' ;;
  esac
fi
[ -n "$project" ] || fail "--project is missing: the id of the Google Cloud project"
[ -n "$region" ] || fail "--region is missing, such as europe-west1"
[ -z "$settings" ] || [ -r "$settings" ] || fail "--settings $settings cannot be read"
[[ $connections =~ ^[0-9]+$ ]] || fail "--connections is a number"
database=${database:-$project:$region:wellspring}
in_project=(--project="$project" --quiet)
in_region=(--region="$region" "${in_project[@]}")
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
touch "$work/results"

# --- How a step is done -------------------------------------------------------------------------------------------

# What a command looks like in a shell. The number of the project is known only when there is one to ask.
shown() {
  local word out=""
  for word in "$@"; do
    case $word in
      *PROJECT_NUMBER* | *[!a-zA-Z0-9_./:=@,+%-]*) word="'${word//\'/\'\\\'\'}'" ;;
    esac
    out+=" $word"
  done
  out=${out//PROJECT_NUMBER/\'\"\$PROJECT_NUMBER\"\'}
  printf '%s\n' "${out# }"
}

record() { printf '%s\t%s\n' "$1" "$2" >>"$work/results"; }

# The platform refuses a few calls of many; a second try a moment later is not refused.
try() {
  local attempt
  for attempt in 1 2 3; do
    "$@" && return 0
    [ "$attempt" = 3 ] || sleep "${DEPLOY_RETRY_SECONDS:-5}"
  done
  return 1
}

# ensure LABEL WANTED CHECK… -- CREATE… [-- UPDATE…]: nothing when CHECK prints WANTED (or anything, when WANTED is
# empty); CREATE when it fails or prints nothing; else UPDATE. @NAME@ there is the second column that CHECK printed.
ensure() {
  local label=$1 wanted=$2 found status=0 words word
  local check=() create=() update=() into=check
  shift 2
  for word in "$@"; do
    if [ "$word" = -- ]; then
      if [ $into = check ]; then into=create; else into=update; fi
    elif [ $into = check ]; then check+=("$word"); elif [ $into = create ]; then create+=("$word"); else update+=("$word"); fi
  done
  if [ "$command" = plan ]; then
    printf '\n# %s\n%s\n%s\n' "$label" "$(shown "${check[@]}")" "$(shown "${create[@]}")"
    [ ${#update[@]} = 0 ] || [ "${update[*]}" = "${create[*]}" ] ||
      printf '# or, where it is there and differs:\n%s\n' "$(shown "${update[@]}")"
    return
  fi
  found=$("${check[@]}" 2>/dev/null) || status=$?
  # Where a list cannot be filtered, "~LINE" looks for the line in it.
  if [ "${wanted#\~}" != "$wanted" ]; then
    if grep -qxF "${wanted#\~}" <<<"$found"; then found=$wanted; else found=""; fi
  fi
  words=$wanted
  case "${update[*]-}" in *@NAME@*) words=$wanted$'\t'${found##*$'\t'} ;; esac
  if [ $status = 0 ] && [ -n "$found" ] && { [ -z "$wanted" ] || [ "$found" = "$words" ]; }; then
    record unchanged "$label"
  elif [ $status != 0 ] || [ -z "$found" ] || [ ${#update[@]} = 0 ]; then
    change created "$label" "${create[@]}"
  else
    update=("${update[@]//@NAME@/${found##*$'\t'}}")
    change updated "$label" "${update[@]}"
  fi
}

# What the platform says is shown when it has said no three times.
change() {
  local status=$1 label=$2 said
  shift 2
  said=$(mktemp "$work/said.XXXXXX")
  if try "$@" >"$said" 2>&1; then
    record "$status" "$label"
  else
    record FAILED "$label"
    { echo "deploy.sh: $label failed:" && sed 's/^/  /' "$said"; } >&2
  fi
}

# Steps of one phase run beside each other, six at a time; a plan prints them in order.
running=0
step() {
  if [ "$command" = plan ]; then ensure "$@" && return; fi
  ensure "$@" &
  running=$((running + 1))
  if [ $((running % 6)) = 0 ]; then wait; fi
}

# Ends a phase. What comes after it relies on it, so a failure ends the run.
settle() {
  wait
  if grep -q '^FAILED' "$work/results"; then summary; fi
}

summary() {
  printf '\n%-10s %s\n' status step
  sort "$work/results" | while IFS=$'\t' read -r status label; do printf '%-10s %s\n' "$status" "$label"; done
  if grep -q '^FAILED' "$work/results"; then exit 1; fi
  exit 0
}

# --- What there is to deploy --------------------------------------------------------------------------------------

node local/catalogue.ts --lines >"$work/catalogue" || fail "the catalogue cannot be read"
release=$(awk -F'\t' '$1 == "release" { print $2 }' "$work/catalogue")
for name in ${only//,/ } ${except//,/ }; do
  awk -F'\t' -v n="$name" '$1 == "function" && $2 == n { f = 1 } END { exit !f }' "$work/catalogue" ||
    fail "the catalogue has no function $name"
done
chosen() {
  awk -F'\t' -v kind="$1" -v only=",$only," -v except=",$except," \
    '$1 == kind && (only == ",," || index(only, "," $2 ",")) && !index(except, "," $2 ",")' "$work/catalogue"
}
account() { printf '%s@%s.iam.gserviceaccount.com' "$1" "$project"; }
image="$region-docker.pkg.dev/$project/wellspring/functions:$release"
bucket="gs://$project-wellspring-documents"
number=PROJECT_NUMBER
url_of() { printf 'https://%s-%s.%s.run.app' "$1" "$number" "$region"; }

# --- The steps ----------------------------------------------------------------------------------------------------

# One line of policy; IDENTITY is an account, the rest the command group and its resource.
grant() {
  local who=$1 role=$2 group=$3 resource=$4 member
  member="serviceAccount:$(account "$who")"
  local flags=("${in_project[@]}")
  [ "$group" != "run services" ] || flags=("${in_region[@]}")
  [ "$group" != projects ] || flags=(--quiet)
  local words
  read -ra words <<<"$group"
  local condition=()
  case $group in projects | iam* | secrets) condition=(--condition=None) ;; esac
  local wanted="" look=("--filter=bindings.role=$role AND bindings.members=$member" '--format=value(bindings.role)')
  if [ "$group" = "storage buckets" ]; then wanted="~$role,$member" look=('--format=csv[no-heading](bindings.role,bindings.members)'); fi
  step "grant $role on ${resource##*/} to $who" "$wanted" \
    gcloud "${words[@]}" get-iam-policy "$resource" '--flatten=bindings[].members' "${look[@]}" "${flags[@]}" -- \
    gcloud "${words[@]}" add-iam-policy-binding "$resource" --member="$member" --role="$role" ${condition[@]+"${condition[@]}"} "${flags[@]}"
}

foundation() {
  local who
  step "services" "" gcloud services list --enabled '--filter=config.name=artifactregistry.googleapis.com' \
    '--format=value(config.name)' "${in_project[@]}" -- \
    gcloud services enable run.googleapis.com cloudtasks.googleapis.com cloudscheduler.googleapis.com \
    cloudbuild.googleapis.com secretmanager.googleapis.com sqladmin.googleapis.com monitoring.googleapis.com \
    logging.googleapis.com iamcredentials.googleapis.com artifactregistry.googleapis.com "${in_project[@]}"
  settle
  for who in $accounts; do
    step "account $who" "" gcloud iam service-accounts describe "$(account "$who")" '--format=value(email)' "${in_project[@]}" -- \
      gcloud iam service-accounts create "$who" --display-name="$who" "${in_project[@]}"
  done
  step "images" "" gcloud artifacts repositories describe wellspring --location="$region" '--format=value(name)' "${in_project[@]}" -- \
    gcloud artifacts repositories create wellspring --repository-format=docker --location="$region" "${in_project[@]}"
  step "documents" "" gcloud storage buckets describe "$bucket" '--format=value(name)' "${in_project[@]}" -- \
    gcloud storage buckets create "$bucket" --location="$region" --uniform-bucket-level-access --public-access-prevention "${in_project[@]}"
  settle
}

accounts="wellspring-api wellspring-worker wellspring-resolve wellspring-public wellspring-invoker wellspring-migrator wellspring-scheduler"
database_accounts="wellspring-api wellspring-worker wellspring-resolve wellspring-migrator"

# Who may do what: enqueue for those who make tasks, act as the invoker so that deliveries carry its token, nothing else.
# These change one policy, and the platform refuses writers that overtake each other: one at a time.
grants() {
  local who
  for who in $database_accounts; do
    grant "$who" roles/cloudsql.client projects "$project" && wait
    [ "$who" != wellspring-migrator ] || continue
    grant "$who" roles/cloudtasks.enqueuer projects "$project" && wait
    grant "$who" roles/cloudtasks.taskDeleter projects "$project" && wait
    grant "$who" roles/iam.serviceAccountUser "iam service-accounts" "$(account wellspring-invoker)" && wait
  done
  for who in wellspring-api wellspring-worker; do
    grant "$who" roles/storage.objectUser "storage buckets" "$bucket" && wait
    # Signs download links in its own name.
    grant "$who" roles/iam.serviceAccountTokenCreator "iam service-accounts" "$(account "$who")" && wait
  done
  settle
}

queues() {
  local name id rate concurrent attempts least most doublings
  local place=(--location="$region" "${in_project[@]}")
  while IFS=$'\t' read -r _ name id rate concurrent attempts least most doublings; do
    local rates=(--max-dispatches-per-second="$rate" --max-concurrent-dispatches="$concurrent"
      --max-attempts="$attempts" --min-backoff="$least" --max-backoff="$most" --max-doublings="$doublings")
    step "queue $id" "$rate.0"$'\t'"$concurrent"$'\t'"$attempts"$'\t'"$least"$'\t'"$most"$'\t'"$doublings" \
      gcloud tasks queues describe "$id" \
      '--format=value(rateLimits.maxDispatchesPerSecond,rateLimits.maxConcurrentDispatches,retryConfig.maxAttempts,retryConfig.minBackoff,retryConfig.maxBackoff,retryConfig.maxDoublings)' \
      "${place[@]}" -- \
      gcloud tasks queues create "$id" "${rates[@]}" "${place[@]}" -- \
      gcloud tasks queues update "$id" "${rates[@]}" "${place[@]}"
  done < <(chosen queue)
  settle
}

# The name of a secret says whose it is. Its value goes through a pipe: arguments can be read by every process.
secret() {
  local who=$1 name=$2 variable=$3 value
  step "secret $name" "" gcloud secrets describe "$name" '--format=value(name)' "${in_project[@]}" -- \
    gcloud secrets create "$name" --replication-policy=automatic "${in_project[@]}"
  settle
  local check=(gcloud secrets versions list "$name" '--filter=state=ENABLED' --limit=1 '--format=value(name)' "${in_project[@]}")
  local add=(gcloud secrets versions add "$name" --data-file=- "${in_project[@]}")
  if [ "$command" = plan ]; then
    printf '\n# value of %s\n%s\n' "$name" "$(shown "${check[@]}")"
    # shellcheck disable=SC2016 # The variable is for whoever pastes the line.
    printf 'printf %%s "$%s" | %s\n' "$variable" "$(shown "${add[@]}")"
  elif [ -n "$("${check[@]}" 2>/dev/null)" ]; then
    record unchanged "value of $name"
  else
    value=${!variable:-}
    if [ -z "$value" ] && [ -t 0 ]; then read -rsp "$variable: " value && echo >&2; fi
    [ -n "$value" ] || fail "$variable is not set, and $name has no value yet"
    add_value() { printf %s "$value" | "${add[@]}"; }
    change created "value of $name" add_value
  fi
  grant "$who" roles/secretmanager.secretAccessor secrets "$name"
  settle
}

secrets() {
  secret wellspring-api wellspring-database-url-api WELLSPRING_DATABASE_URL_API
  secret wellspring-worker wellspring-database-url-worker WELLSPRING_DATABASE_URL_WORKER
  secret wellspring-resolve wellspring-database-url-resolve WELLSPRING_DATABASE_URL_RESOLVE
  secret wellspring-migrator wellspring-database-url-owner WELLSPRING_DATABASE_URL_OWNER
}

# One image for all functions and the migration; its name is a checksum of what it is made of.
build() {
  step "image $release" "" gcloud artifacts docker images describe "$image" '--format=value(image_summary.digest)' "${in_project[@]}" -- \
    gcloud builds submit . --pack="image=$image,env=GOOGLE_NODEJS_VERSION=24.x.x" "${in_region[@]}"
  settle
}

# The schema is brought up to date before any code that needs it gets traffic. The label is set after it has ended.
migrate() {
  local job=wellspring-migrate
  local flags=(--image="$image" --command=node --args=local/migrate.ts --max-retries=0 --task-timeout=30m
    --service-account="$(account wellspring-migrator)" --set-cloudsql-instances="$database"
    --set-secrets=DATABASE_URL=wellspring-database-url-owner:latest)
  step "job $job" "$image" gcloud run jobs describe "$job" '--format=value(spec.template.spec.template.spec.containers[0].image)' "${in_region[@]}" -- \
    gcloud run jobs deploy "$job" "${flags[@]}" "${in_region[@]}" -- \
    gcloud run jobs deploy "$job" "${flags[@]}" "${in_region[@]}"
  settle
  step "schema" "$release" gcloud run jobs describe "$job" '--format=value(metadata.labels.migrated)' "${in_region[@]}" -- \
    gcloud run jobs execute "$job" --wait "${in_region[@]}" -- \
    gcloud run jobs execute "$job" --wait "${in_region[@]}"
  settle
  step "schema is noted" "$release" gcloud run jobs describe "$job" '--format=value(metadata.labels.migrated)' "${in_region[@]}" -- \
    gcloud run jobs update "$job" --update-labels="migrated=$release" "${in_region[@]}" -- \
    gcloud run jobs update "$job" --update-labels="migrated=$release" "${in_region[@]}"
  settle
}

# A new revision gets no traffic before its startup probe, the /health of the front, has answered.
functions() {
  local name service kind memory concurrency timeout runs instances pool
  while IFS=$'\t' read -r _ name service kind memory concurrency timeout runs instances pool _; do
    local environment="FUNCTION_TARGET=$name|GOOGLE_CLOUD_PROJECT=$project|TASKS_LOCATION=$region|STORAGE=$bucket"
    environment+="|FUNCTIONS_URL=$(url_of '{service}')|TASKS_SERVICE_ACCOUNT=$(account wellspring-invoker)|DATABASE_POOL_SIZE=$pool"
    [ "$kind" != scheduled ] || environment+="|SCHEDULER_SERVICE_ACCOUNT=$(account wellspring-scheduler)"
    [ -z "$settings" ] || environment+=$(sed -n 's/^\([A-Z][A-Z_]*=.\)/|\1/p' "$settings" | tr -d '\n')
    # --function names the entry for source builds; with one image for all, FUNCTION_TARGET is what the process reads.
    # shellcheck disable=SC2054 # The commas belong to the probe.
    local flags=(--function="$name" --image="$image" --memory="$memory" --cpu=1 --cpu-boost --concurrency="$concurrency"
      --timeout="$timeout" --max-instances="$instances" --service-account="$(account "$runs")"
      --startup-probe=httpGet.path=/health,periodSeconds=2,failureThreshold=30 "--set-env-vars=^|^$environment")
    case $kind in
      worker | scheduled) flags+=(--ingress=internal --no-allow-unauthenticated) ;;
      # Callers carry tokens of their own, which the function proves.
      *) flags+=(--ingress=all --allow-unauthenticated) ;;
    esac
    if [ "$kind" = public ]; then
      # It reads no rows, but settings are read as a whole.
      flags=("${flags[@]}" --clear-cloudsql-instances)
      flags=("${flags[@]/%"$environment"/"$environment|DATABASE_URL=postgres://nobody@127.0.0.1/none"}")
    else
      local login=${runs#wellspring-}
      flags+=(--add-cloudsql-instances="$database" --set-secrets="DATABASE_URL=wellspring-database-url-$login:latest")
    fi
    local version
    version="$release-$(printf '%s\n' "${flags[@]}" | cksum | cut -d' ' -f1)"
    flags+=(--labels="release=$version")
    step "function $name" "$version"$'\tTrue' \
      gcloud run services describe "$service" '--format=value(metadata.labels.release,status.conditions[0].status)' "${in_region[@]}" -- \
      gcloud run deploy "$service" "${flags[@]}" "${in_region[@]}" -- \
      gcloud run deploy "$service" "${flags[@]}" --no-traffic "${in_region[@]}"
  done < <(chosen function)
  settle
}

# Once every new revision is healthy. An empty answer of the check means that traffic is pinned to an older one.
traffic() {
  local service
  while IFS=$'\t' read -r _ _ service _; do
    step "traffic of $service" True gcloud run services describe "$service" '--format=value(spec.traffic[0].latestRevision)' "${in_region[@]}" -- \
      gcloud run services update-traffic "$service" --to-latest "${in_region[@]}"
  done < <(chosen function)
  settle
}

# Workers are called by Cloud Tasks as the invoker, the sweep by Cloud Scheduler as the scheduler, and by nobody else.
callers() {
  local service kind
  while IFS=$'\t' read -r _ _ service kind _; do
    case $kind in
      worker) grant wellspring-invoker roles/run.invoker "run services" "$service" ;;
      scheduled) grant wellspring-scheduler roles/run.invoker "run services" "$service" ;;
    esac
  done < <(chosen function)
  settle
}

schedule() {
  local name service kind timeout cron
  while IFS=$'\t' read -r _ name service kind _ _ timeout _ _ _ _ cron; do
    [ "$kind" = scheduled ] || continue
    local flags=("--schedule=$cron" --time-zone=Etc/UTC --uri="$(url_of "$service")/$name" --http-method=POST
      --oidc-service-account-email="$(account wellspring-scheduler)" --oidc-token-audience="$(url_of "$service")"
      --attempt-deadline="${timeout}s" --location="$region" "${in_project[@]}")
    step "schedule of $name" "$cron"$'\t'"$(url_of "$service")/$name"$'\t'"${timeout}s" \
      gcloud scheduler jobs describe "$service" --location="$region" '--format=value(schedule,httpTarget.uri,attemptDeadline)' "${in_project[@]}" -- \
      gcloud scheduler jobs create http "$service" "${flags[@]}" -- \
      gcloud scheduler jobs update http "$service" "${flags[@]}"
  done < <(chosen function)
  settle
}

# The files carry a revision of their own: raise it with every edit, and an apply brings the edit over.
monitoring() {
  local file name revision title
  for file in deploy/monitoring/metric-*.json; do
    name=$(basename "$file" .json) name=wellspring_${name#metric-}
    step "metric $name" "$(sed -n 's/.*"description": "\(.*\)".*/\1/p' "$file")" \
      gcloud logging metrics describe "$name" '--format=value(description)' "${in_project[@]}" -- \
      gcloud logging metrics create "$name" --config-from-file="$file" "${in_project[@]}" -- \
      gcloud logging metrics update "$name" --config-from-file="$file" "${in_project[@]}"
  done
  settle
  for file in deploy/monitoring/alert-*.json; do
    title=$(sed -n 's/^  "displayName": "\(.*\)".*/\1/p' "$file")
    revision=$(sed -n 's/.*"revision": "\(.*\)".*/\1/p' "$file")
    step "alert $title" "$revision" \
      gcloud alpha monitoring policies list "--filter=displayName=\"$title\"" '--format=value(userLabels.revision,name)' "${in_project[@]}" -- \
      gcloud alpha monitoring policies create --policy-from-file="$file" "${in_project[@]}" -- \
      gcloud alpha monitoring policies update @NAME@ --policy-from-file="$file" "${in_project[@]}"
  done
  step dashboard "" gcloud monitoring dashboards list '--filter=displayName=Wellspring' '--format=value(name)' "${in_project[@]}" -- \
    gcloud monitoring dashboards create --config-from-file=deploy/monitoring/dashboard.json "${in_project[@]}"
  settle
}

# --- Back, and away -----------------------------------------------------------------------------------------------

# To the newest revision before the one that serves.
back() {
  local service=$1 now before
  local list=(gcloud run revisions list --service="$service" '--sort-by=~metadata.creationTimestamp' '--format=value(metadata.name)' "${in_region[@]}")
  now=$(gcloud run services describe "$service" '--format=value(status.traffic[0].revisionName)' "${in_region[@]}" 2>/dev/null) || now=""
  before=$("${list[@]}" 2>/dev/null | awk -v now="$now" 'found { print; exit } $0 == now { found = 1 }') || before=""
  if [ -z "$before" ]; then
    echo "deploy.sh: $service has no revision before ${now:-its first}" >&2
    record FAILED "$service"
  else
    change back "$service to $before" gcloud run services update-traffic "$service" --to-revisions="$before=100" "${in_region[@]}"
  fi
}

# gone LABEL CHECK… -- DELETE…
gone() {
  local label=$1 check=()
  shift
  while [ "$1" != -- ]; do check+=("$1") && shift; done
  shift
  if "${check[@]}" >/dev/null 2>&1; then change deleted "$label" "$@"; else record absent "$label"; fi
}

# What calls goes before what is called.
destroy() {
  local name id who kind place=(--location="$region" "${in_project[@]}")
  while IFS=$'\t' read -r _ _ name kind _; do
    [ "$kind" != scheduled ] || gone "schedule of $name" gcloud scheduler jobs describe "$name" "${place[@]}" -- gcloud scheduler jobs delete "$name" "${place[@]}"
  done < <(chosen function)
  while IFS=$'\t' read -r _ _ id _; do
    gone "queue $id" gcloud tasks queues describe "$id" "${place[@]}" -- gcloud tasks queues delete "$id" "${place[@]}"
  done < <(chosen queue)
  while IFS=$'\t' read -r _ _ name _; do
    gone "function $name" gcloud run services describe "$name" "${in_region[@]}" -- gcloud run services delete "$name" "${in_region[@]}"
  done < <(chosen function)
  [ -z "$only$except" ] || return 0
  gone "migration job" gcloud run jobs describe wellspring-migrate "${in_region[@]}" -- gcloud run jobs delete wellspring-migrate "${in_region[@]}"
  for who in $accounts; do
    gone "account $who" gcloud iam service-accounts describe "$(account "$who")" "${in_project[@]}" -- gcloud iam service-accounts delete "$(account "$who")" "${in_project[@]}"
  done
}

# --- The run ------------------------------------------------------------------------------------------------------

# A rollout may hold both revisions of a function for a moment, and people need a few connections too.
sum=$(chosen function | awk -F'\t' '{ sum += $11 } END { print sum + 0 }')
[ "$part" = queues ] || [ "$part" = local ] || {
  echo "# connections: at most $sum, $((2 * sum)) while revisions change, of $connections"
  [ $((2 * sum + 10)) -le "$connections" ] ||
    fail "the functions may open $((2 * sum)) connections and $connections are allowed: a larger instance and --connections, or fewer instances"
}

is_trial=no
case -$project- in *-demo-* | *-dev-* | *-test-* | *-staging-* | -wellspring-local-) is_trial=yes ;; esac
if [ "$command" = destroy ]; then
  case -$project- in *-demo-*) ;; *) fail "destroy is for demo projects, whose id has the word demo; $project is none" ;; esac
fi
if [ "$command" != plan ] && [ "$part" != local ]; then
  command -v gcloud >/dev/null || fail "gcloud is not installed: https://cloud.google.com/sdk/docs/install"
  if [ $is_trial = no ] && [ "$confirmed" != "$project" ]; then
    echo "$command changes $project, which is no demo or test project." >&2
    read -rp "Type its id to go on: " confirmed || true
    [ "$confirmed" = "$project" ] || fail "not confirmed; nothing was changed"
  fi
fi
describe_number=(gcloud projects describe "$project" '--format=value(projectNumber)')
if [ "$part" != queues ] && [ "$part" != local ]; then
  # shellcheck disable=SC2016 # For whoever pastes the line.
  if [ "$command" = plan ]; then printf '\nPROJECT_NUMBER=$(%s)\n' "$(shown "${describe_number[@]}")"
  else number=$("${describe_number[@]}") || fail "project $project cannot be read: gcloud auth login"; fi
fi

case $command in
  rollback)
    while IFS=$'\t' read -r _ _ service _; do back "$service"; done < <(chosen function)
    summary
    ;;
  destroy) destroy && summary ;;
esac
case $part in
  queues | local) queues ;;
  functions) build && migrate && functions && callers && traffic ;;
  all) foundation && grants && queues && secrets && build && migrate && functions && callers && traffic && schedule && monitoring ;;
esac
if [ "$command" != plan ]; then summary; fi
