#!/usr/bin/env bash
# Puts Wellspring on Google Cloud: what there is to deploy comes from the catalogue, through local/catalogue.ts.
# Every step first asks what is there, changes it only where it differs, and can be repeated.
set -euo pipefail

usage() {
  cat <<'TEXT'
deploy.sh COMMAND --project ID --region REGION [options]

  plan       print every command of an apply, quoted for a shell; needs neither gcloud nor credentials
  apply      make accounts, database, queues, secrets, image, schema, functions, schedule and monitoring
  workspace  make a workspace in the deployed database, and print the key that programs call it with: once
  rollback   send the traffic of each function back to its previous revision
  destroy    take everything but data and secrets away; for projects with the word demo in their id only

  --only a,b          these functions and their queues; --except a,b: all but these
  --queues-only       queues and nothing else
  --functions-only    image, database schema and functions
  --database NAME     a Cloud SQL instance that is there, as project:region:name; it is used and not changed, and
                      its owner's address is WELLSPRING_DATABASE_URL_OWNER, or asked for. Without it one is made
  --connections N     what the database allows (default 400)
  --settings FILE     further settings of the functions, NAME=value lines as in .env.example
  --name NAME         of the workspace; --country FR: where it keeps its books
  --yes ID            confirms what else is confirmed by typing the project's id: destroy, and every change of a
                      project without demo, dev, test or staging in its id
  --local             the queues of a running local stack, with apply (or no command) or plan: eval "$(npm run -s env)" first

Passwords of the database are made here and kept in Secret Manager alone. With MODEL_PROVIDER=openai_compatible among the
settings its key is WELLSPRING_MODEL_API_KEY, or asked for. Where a secret has a value, that is the truth.
TEXT
}

fail() {
  echo "deploy.sh: $*" >&2
  exit 2
}

cd "$(dirname "${BASH_SOURCE[0]}")"
# The project brings its own Node.
PATH=$PWD/node_modules/.bin:$PATH
command="" project="" region="" given="" only="" except="" settings="" confirmed="" connections=400 part=all stack="" title="" country=""
while [ $# -gt 0 ]; do
  case $1 in
    plan | apply | workspace | rollback | destroy) command=$1 ;;
    --project | --region | --database | --only | --except | --settings | --connections | --yes | --name | --country)
      [ $# -ge 2 ] || fail "$1 needs a value"
      case $1 in
        --project) project=$2 ;; --region) region=$2 ;; --database) given=$2 ;; --only) only=$2 ;;
        --except) except=$2 ;; --settings) settings=$2 ;; --connections) connections=$2 ;; --yes) confirmed=$2 ;;
        --name) title=$2 ;; --country) country=$2 ;;
      esac
      shift
      ;;
    --queues-only | --functions-only)
      [ "$part" = all ] || fail "--queues-only, --functions-only and --local exclude each other"
      part=${1#--} part=${part%-only}
      ;;
    --local)
      [ "$part" = all ] || fail "--queues-only, --functions-only and --local exclude each other"
      part=queues stack=yes
      ;;
    --help | -h) usage && exit 0 ;;
    *) usage >&2 && fail "does not know $1" ;;
  esac
  shift
done
[ -z "$stack" ] || command=${command:-apply}
[ -n "$command" ] || { usage >&2 && fail "which command? plan, apply, workspace, rollback or destroy"; }
if [ -n "$stack" ]; then
  case $command in apply | plan) ;; *) fail "a local stack has queues only: --local goes with apply or plan" ;; esac
  project=${GOOGLE_CLOUD_PROJECT:-} region=${TASKS_LOCATION:-}
  port=${CLOUDSDK_API_ENDPOINT_OVERRIDES_CLOUDTASKS:-}
  case $port in
    http://127.0.0.1:*) port=${port##*:} port=${port%%/*} ;;
    *) fail "--local needs the settings of a running stack: npm start, and here: eval \"\$(npm run -s env)\"" ;;
  esac
  # gcloud itself would try each call for half a minute.
  [ "$command" = plan ] || (: <>"/dev/tcp/127.0.0.1/$port") 2>/dev/null ||
    fail "nothing answers on port $port, where the stack was: npm start, and here again: eval \"\$(npm run -s env)\""
fi
[ -n "$project" ] || fail "--project is missing: the id of the Google Cloud project"
[ -n "$region" ] || fail "--region is missing, such as europe-west1"
[[ $connections =~ ^[0-9]+$ ]] || fail "--connections is a number"
[ -z "$given" ] || [[ $given =~ ^[^:]+(:[^:]+)?:[^:]+:[^:]+$ ]] || fail "--database is project:region:name"
[ "$command" != workspace ] || [ -n "$title" ] || fail "--name is missing: what the workspace is called"
[[ $title$country != *\|* ]] || fail "--name and --country may not contain |"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
# shellcheck source=deploy/steps.sh
. deploy/steps.sh
# shellcheck source=deploy/database.sh
. deploy/database.sh

# --- What there is to deploy --------------------------------------------------------------------------------------

in_project=(--project="$project" --quiet)
in_region=(--region="$region" "${in_project[@]}")
database=${given:-$project:$region:wellspring}
bucket="gs://$project-wellspring-documents"
number=PROJECT_NUMBER
account() { printf '%s@%s.iam.gserviceaccount.com' "$1" "$project"; }
url_of() { printf 'https://%s-%s.%s.run.app' "$1" "$number" "$region"; }
# Whether a word stands between the dashes of the project's id.
has_word() { [[ -$project- == *-$1-* ]]; }

node local/catalogue.ts --lines >"$work/catalogue" || fail "the catalogue cannot be read"
release=$(awk -F'\t' '$1 == "release" { print $2 }' "$work/catalogue")
image="$region-docker.pkg.dev/$project/wellspring/functions:$release"
for name in ${only//,/ } ${except//,/ }; do
  awk -F'\t' -v n="$name" '$1 == "function" && $2 == n { f = 1 } END { exit !f }' "$work/catalogue" ||
    fail "the catalogue has no function $name"
done
chosen() {
  awk -F'\t' -v kind="$1" -v only=",$only," -v except=",$except," \
    '$1 == kind && (only == ",," || index(only, "," $2 ",")) && !index(except, "," $2 ",")' "$work/catalogue"
}
: >"$work/settings"
[ -z "$settings" ] || node local/deploy-settings.ts "$settings" >"$work/settings" || fail "nothing was changed"
! grep -q '^MODEL_PROVIDER=openai_compatible$' "$work/settings" || keys="$logins model"

# --- The steps ----------------------------------------------------------------------------------------------------

# One line of policy; WHO is an account, the rest the command group and its resource.
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

accounts="wellspring-api wellspring-worker wellspring-resolve wellspring-public wellspring-invoker wellspring-migrator wellspring-scheduler wellspring-builder"
database_accounts="wellspring-api wellspring-worker wellspring-resolve wellspring-migrator"

foundation() {
  local who services=() apis="artifactregistry cloudbuild cloudscheduler cloudtasks iamcredentials logging monitoring run secretmanager sqladmin"
  for who in $apis; do services+=("$who.googleapis.com"); done
  step "services" "$(printf '%s\n' "${services[@]}")" gcloud services list --enabled --sort-by=config.name \
    "--filter=config.name:(${services[*]})" '--format=value(config.name)' "${in_project[@]}" -- \
    gcloud services enable "${services[@]}" "${in_project[@]}"
  settle
  for who in $accounts; do
    step "account $who" "" gcloud iam service-accounts describe "$(account "$who")" '--format=value(email)' "${in_project[@]}" -- \
      gcloud iam service-accounts create "$who" --display-name="$who" "${in_project[@]}"
  done
  step "images" "" gcloud artifacts repositories describe wellspring --location="$region" '--format=value(name)' "${in_project[@]}" -- \
    gcloud artifacts repositories create wellspring --repository-format=docker --location="$region" "${in_project[@]}"
  step "documents" "" gcloud storage buckets describe "$bucket" '--format=value(name)' "${in_project[@]}" -- \
    gcloud storage buckets create "$bucket" --location="$region" --uniform-bucket-level-access --public-access-prevention "${in_project[@]}"
  [ -n "$given" ] || instance
  settle
}

# Who may do what: enqueue for those who make tasks, act as the invoker so that deliveries carry its token, nothing else.
# These change one policy, and the platform refuses writers that overtake each other: one at a time.
grants() {
  local who
  grant wellspring-builder roles/cloudbuild.builds.builder projects "$project" && wait
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

# One image for all functions and the migration; its name is a checksum of what it is made of. New projects have no
# account that may build, so it is built as one of ours.
build() {
  step "image $release" "" gcloud artifacts docker images describe "$image" '--format=value(image_summary.digest)' "${in_project[@]}" -- \
    gcloud builds submit . --pack="image=$image,env=GOOGLE_NODEJS_VERSION=24.x.x" --default-buckets-behavior=regional-user-owned-bucket \
    --service-account="projects/$project/serviceAccounts/$(account wellspring-builder)" "${in_region[@]}"
  settle
}

# The schema and the logins are brought up to date before any code that needs them gets traffic.
migrate() {
  local job=wellspring-migrate login name secrets version done_with=$release
  secrets=DATABASE_URL=$(versioned_secret owner)
  for login in api worker resolve; do
    secrets+=,DATABASE_URL_$(printf %s "$login" | tr '[:lower:]' '[:upper:]')=$(versioned_secret "$login")
  done
  for login in $logins; do name=$(version_variable "$login") && done_with+=-${!name}; done
  local flags=(--image="$image" --command=node --args=local/migrate.ts --max-retries=0 --task-timeout=30m
    --service-account="$(account wellspring-migrator)" --set-cloudsql-instances="$database" --set-secrets="$secrets")
  version="$release-$(printf '%s\n' "${flags[@]}" | cksum | cut -d' ' -f1)"
  step "job $job" "$version" gcloud run jobs describe "$job" '--format=value(metadata.labels.release)' "${in_region[@]}" -- \
    gcloud run jobs deploy "$job" "${flags[@]}" --labels="release=$version" "${in_region[@]}" -- \
    gcloud run jobs deploy "$job" "${flags[@]}" --labels="release=$version" "${in_region[@]}"
  settle
  noted "schema and logins" "$done_with" gcloud run jobs describe "$job" '--format=value(metadata.labels.migrated)' "${in_region[@]}" -- \
    gcloud run jobs execute "$job" --wait "${in_region[@]}" -- \
    gcloud run jobs update "$job" --update-labels="migrated=$done_with" "${in_region[@]}"
  settle
}

# A new revision gets no traffic before its startup probe, the /health of the front, has answered.
functions() {
  local name service kind memory concurrency timeout runs instances pool further version line secrets
  further=$(while IFS= read -r line; do printf '|%s' "$line"; done <"$work/settings")
  while IFS=$'\t' read -r _ name service kind memory concurrency timeout runs instances pool _; do
    local environment="FUNCTION_TARGET=$name|GOOGLE_CLOUD_PROJECT=$project|TASKS_LOCATION=$region|STORAGE=$bucket"
    environment+="|FUNCTIONS_URL=$(url_of '{service}')|TASKS_SERVICE_ACCOUNT=$(account wellspring-invoker)|DATABASE_POOL_SIZE=$pool$further"
    [ "$kind" != scheduled ] || environment+="|SCHEDULER_SERVICE_ACCOUNT=$(account wellspring-scheduler)"
    # It reads no rows, but settings are read as a whole.
    [ "$kind" != public ] || environment+="|DATABASE_URL=postgres://nobody@127.0.0.1/none"
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
    case $kind in
      public) flags+=(--clear-cloudsql-instances) ;;
      *)
        secrets=DATABASE_URL=$(versioned_secret "${runs#wellspring-}")
        case "$kind $keys" in "worker "*model*) secrets+=,MODEL_API_KEY=$(versioned_secret model) ;; esac
        flags+=(--add-cloudsql-instances="$database" --set-secrets="$secrets")
        ;;
    esac
    version="$release-$(printf '%s\n' "${flags[@]}" | cksum | cut -d' ' -f1)"
    flags+=(--labels="release=$version")
    step "function $name" "$version"$'\tTrue' \
      gcloud run services describe "$service" '--format=value(metadata.labels.release,status.conditions[0].status)' "${in_region[@]}" -- \
      gcloud run deploy "$service" "${flags[@]}" "${in_region[@]}" -- \
      gcloud run deploy "$service" "${flags[@]}" --no-traffic "${in_region[@]}"
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

# Once every new revision is healthy. An empty answer of the check means that traffic is pinned to an older one.
traffic() {
  local service
  while IFS=$'\t' read -r _ _ service _; do
    step "traffic of $service" True gcloud run services describe "$service" '--format=value(spec.traffic[0].latestRevision)' "${in_region[@]}" -- \
      gcloud run services update-traffic "$service" --to-latest "${in_region[@]}"
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

# Each file carries a checksum of what it says, so an edit is brought over by the next apply.
monitoring() {
  local kind name mark file
  node local/monitoring.ts --connections "$connections" --out ".local/monitoring/$connections" >"$work/monitoring" ||
    fail "deploy/monitoring cannot be read"
  while IFS=$'\t' read -r kind name mark file; do
    [ "$kind" != metric ] || step "metric $name" "$mark" \
      gcloud logging metrics describe "$name" '--format=value(description)' "${in_project[@]}" -- \
      gcloud logging metrics create "$name" --config-from-file="$file" "${in_project[@]}" -- \
      gcloud logging metrics update "$name" --config-from-file="$file" "${in_project[@]}"
  done <"$work/monitoring"
  settle
  while IFS=$'\t' read -r kind name mark file; do
    case $kind in
      alert) step "alert $name" "$mark" \
        gcloud alpha monitoring policies list "--filter=displayName=\"$name\"" '--format=value(userLabels.revision,name)' "${in_project[@]}" -- \
        gcloud alpha monitoring policies create --policy-from-file="$file" "${in_project[@]}" -- \
        gcloud alpha monitoring policies update @NAME@ --policy-from-file="$file" "${in_project[@]}" ;;
      dashboard) step "dashboard $name" "$mark" \
        gcloud monitoring dashboards list "--filter=displayName=$name" '--format=value(labels.revision,name)' "${in_project[@]}" -- \
        gcloud monitoring dashboards create --config-from-file="$file" "${in_project[@]}" -- \
        gcloud monitoring dashboards update @NAME@ --config-from-file="$file" "${in_project[@]}" ;;
    esac
  done <"$work/monitoring"
  settle
}

# --- A workspace, back, and away ----------------------------------------------------------------------------------

# The key is made here. The job, whose arguments stand in the log of the project, gets its hash; what is made has an id
# from here, so that a second try makes nothing twice.
workspace() {
  local id prefix hash key further=""
  IFS=$'\t' read -r id prefix hash key < <(node local/workspace.ts --make-key)
  [ -z "$country" ] || further="|--country=$country"
  change created "workspace $title" gcloud run jobs execute wellspring-migrate --wait \
    "--args=^|^local/workspace.ts|--name=$title|--id=$id|--key-prefix=$prefix|--key-hash=$hash$further" "${in_region[@]}"
  settle
  printf '{"workspace_id":"%s","key":"%s","functions":"%s"}\n' "$id" "$key" "$(url_of '{service}')"
}

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

# What calls goes before what is called. The documents, the database instance and the secrets stay.
destroy() {
  local name id who kind place=(--location="$region" "${in_project[@]}") named='--format=value(name)'
  while IFS=$'\t' read -r _ _ name kind _; do
    [ "$kind" != scheduled ] || gone "schedule of $name" gcloud scheduler jobs describe "$name" "$named" "${place[@]}" -- gcloud scheduler jobs delete "$name" "${place[@]}"
  done < <(chosen function)
  while IFS=$'\t' read -r _ _ id _; do
    gone "queue $id" gcloud tasks queues describe "$id" "$named" "${place[@]}" -- gcloud tasks queues delete "$id" "${place[@]}"
  done < <(chosen queue)
  while IFS=$'\t' read -r _ _ name _; do
    gone "function $name" gcloud run services describe "$name" '--format=value(metadata.name)' "${in_region[@]}" -- gcloud run services delete "$name" "${in_region[@]}"
  done < <(chosen function)
  [ -z "$only$except" ] || return 0
  gone "migration job" gcloud run jobs describe wellspring-migrate '--format=value(metadata.name)' "${in_region[@]}" -- gcloud run jobs delete wellspring-migrate "${in_region[@]}"
  node local/monitoring.ts --out .local/monitoring/400 >"$work/monitoring"
  while IFS=$'\t' read -r kind name _; do
    case $kind in
      alert) gone "alert $name" gcloud alpha monitoring policies list "--filter=displayName=\"$name\"" "$named" --limit=1 "${in_project[@]}" -- gcloud alpha monitoring policies delete @NAME@ "${in_project[@]}" ;;
      dashboard) gone "dashboard $name" gcloud monitoring dashboards list "--filter=displayName=$name" "$named" --limit=1 "${in_project[@]}" -- gcloud monitoring dashboards delete @NAME@ "${in_project[@]}" ;;
    esac
  done <"$work/monitoring"
  # Alerts hold on to the metrics they watch.
  while IFS=$'\t' read -r kind name _; do
    [ "$kind" != metric ] || gone "metric $name" gcloud logging metrics describe "$name" "$named" "${in_project[@]}" -- gcloud logging metrics delete "$name" "${in_project[@]}"
  done <"$work/monitoring"
  gone images gcloud artifacts repositories describe wellspring "$named" "${place[@]}" -- gcloud artifacts repositories delete wellspring "${place[@]}"
  for who in $accounts; do
    gone "account $who" gcloud iam service-accounts describe "$(account "$who")" '--format=value(email)' "${in_project[@]}" -- gcloud iam service-accounts delete "$(account "$who")" "${in_project[@]}"
  done
}

# --- The run ------------------------------------------------------------------------------------------------------

# A rollout may hold both revisions of a function for a moment, and people need a few connections too.
sum=$(chosen function | awk -F'\t' '{ sum += $11 } END { print sum + 0 }')
headline="connections: at most $sum, $((2 * sum)) while revisions change, of $connections"
case $part$command in
  queues*) ;;
  *plan | *apply) [ $((2 * sum + 10)) -le "$connections" ] ||
    fail "the functions may open $((2 * sum)) connections and $connections are allowed: a larger instance and --connections, or fewer instances" ;;
esac

[ "$command" != destroy ] || has_word demo || fail "destroy is for demo projects, whose id has the word demo; $project is none"
if [ "$command" != plan ]; then
  command -v gcloud >/dev/null || fail "gcloud is not installed: https://cloud.google.com/sdk/docs/install"
  is_trial=${stack:-no}
  for word in demo dev test staging; do ! has_word $word || is_trial=yes; done
  if { [ "$command" = destroy ] || [ "$is_trial" = no ]; } && [ "$confirmed" != "$project" ]; then
    echo "$command changes $project." >&2
    read -rp "Type its id to go on: " confirmed || true
    [ "$confirmed" = "$project" ] || fail "not confirmed; nothing was changed"
  fi
fi
describe_number=(gcloud projects describe "$project" '--format=value(projectNumber)')
if [ "$part" = queues ]; then :
elif [ "$command" = plan ]; then number=PROJECT_NUMBER
else number=$("${describe_number[@]}") || fail "project $project cannot be read: gcloud auth login"; fi

steps_of_part() {
  case $part in
    queues) queues ;;
    functions) build && versions && migrate && functions && callers && traffic ;;
    all)
      foundation && grants && secrets && queues && build && versions && owner && migrate && functions && callers && traffic &&
        schedule && monitoring
      ;;
  esac
}
case $command in
  workspace) workspace ;;
  rollback)
    while IFS=$'\t' read -r _ _ service _; do back "$service"; done < <(chosen function)
    summary
    ;;
  destroy) destroy && summary ;;
  apply)
    [ "$part" = queues ] || check_instance
    steps_of_part && summary
    ;;
  plan)
    # What it begins with counts what comes after it.
    [ "$part" = queues ] || looks=1
    steps_of_part >"$work/plan"
    printf '# %s in %s: %s steps, %s commands\n' "$project" "$region" "$steps" "$((looks + changes))"
    echo '# each step looks first; what comes after that is run only where it found nothing, or something else'
    [ "$part" = queues ] || { printf '# %s\n' "$headline" && asked PROJECT_NUMBER "${describe_number[@]}"; }
    cat "$work/plan"
    ;;
esac
