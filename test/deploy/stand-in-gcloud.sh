#!/usr/bin/env bash
# Stands in for gcloud: writes each command down, and remembers enough to answer what deploy.sh asks about it later.
# Builtins only, because a deployment calls it hundreds of times.
set -u
# In one piece, because several run at the same time.
printf -v line '%q ' gcloud "$@"
printf '%s\n' "$line" >>"$GCLOUD_STATE/commands"
if [ -n "${GCLOUD_FAIL:-}" ] && [[ "$*" == *$GCLOUD_FAIL* ]]; then echo "refused by the stand-in" >&2 && exit 1; fi

group="" verb="" subject=""
for word in "$@"; do
  case $word in
    --*) continue ;;
    describe | list | create | update | deploy | execute | submit | enable | add | access | wait | set-password | delete | update-traffic | *-iam-policy*)
      [ -n "$verb" ] || { verb=$word && continue; }
      ;;
  esac
  if [ -z "$verb" ]; then group+="$word "; elif [ "$word" != http ] && [ -z "$subject" ]; then subject=$word; fi
done
flag() { # flag NAME WORD…: what --NAME=… says among the words
  local name=$1 word
  shift
  for word in "$@"; do case $word in "--$name="*) printf %s "${word#*=}" && return ;; "--$name") printf yes && return ;; esac; done
}
read_field() { [[ $(<"$1") =~ \"$2\":\ \"([^\"]*) ]] && printf %s "${BASH_REMATCH[1]}"; }
config=$(flag config-from-file "$@")$(flag policy-from-file "$@")
case "$group$verb" in
  "run services "* | "run deploy") group="run " ;;
  "builds submit") group="artifacts docker images " && subject=$(flag pack "$@") subject=${subject#image=} subject=${subject%%,env=*} ;;
  "services "* | "sql operations "*) subject=all ;;
  "sql users list") subject=$(flag filter "$@") subject=${subject#name=} ;;
  "secrets versions access") subject=$(flag secret "$@") ;;
  *"monitoring "*" delete") ;;
  *"monitoring "*" list") subject=$(flag filter "$@") subject=${subject#displayName=} subject=${subject//\"/} ;;
  *"monitoring "*) subject=$(read_field "$config" displayName) ;;
  "iam service-accounts "*) subject=${subject%%@*} ;;
esac
key="$group$subject"
thing="$GCLOUD_STATE/things/${key//\//_}"
saved=()
if [ -e "$thing" ]; then while IFS= read -r line; do saved+=("$line"); done <"$thing"; fi
now() { flag "$1" ${saved[@]+"${saved[@]}"}; }
save() { printf '%s\n' "$@" ${saved[@]+"${saved[@]}"} >"$thing"; }

# A file of flags is in no argument, so it is kept beside the things.
flags_file=$(flag flags-file "$@")
[ -z "$flags_file" ] || printf '%s\n' "$(<"$flags_file")" >"$GCLOUD_STATE/flags $subject"

case $verb in
  *-iam-policy*)
    if [ "$group" = "storage buckets " ] && [ "$verb" = get-iam-policy ]; then
      for grant in "${thing}"_roles_*; do
        [ -e "$grant" ] || continue
        grant=${grant#"${thing}"_roles_}
        echo "roles/${grant%%_*},${grant#*_}"
      done
      exit
    fi
    who=$(flag member "$@")$(flag filter "$@")
    who=${who##*members=} role=$(flag role "$@")
    if [ -z "$role" ]; then role=$(flag filter "$@") role=${role#bindings.role=} role=${role%% *}; fi
    grant="${thing}_${role//\//_}_$who"
    if [ "$verb" = add-iam-policy-binding ]; then : >"$grant"; elif [ -e "$grant" ]; then echo "$role"; fi
    ;;
  describe | list)
    [ "$group" != "projects " ] || { echo 123456789 && exit; }
    if [ "$group" = "run revisions " ]; then
      for word in $(<"$GCLOUD_STATE/things/run $(flag service "$@")"); do case $word in --revision=*) echo "${word#*=}" ;; esac; done
      exit
    fi
    if [ "$group" = "sql operations " ]; then
      # An instance that was asked for comes up once somebody waits for it.
      [ -e "$thing" ] && status=DONE || status=RUNNING
      printf '%s\toperation-1\n' "$status" && exit
    fi
    [ -e "$thing" ] || { [ "$verb" = list ] && exit 0 || exit 1; }
    case $(flag format "$@") in
      *rateLimits*)
        printf '%s.0' "$(now max-dispatches-per-second)"
        for name in max-concurrent-dispatches max-attempts min-backoff max-backoff max-doublings; do printf '\t%s' "$(now $name)"; done
        ;;
      *labels.release,*) label=$(now labels) && printf '%s\tTrue' "${label#release=}" ;;
      *labels.release*) label=$(now labels) && printf %s "${label#release=}" ;;
      *latestRevision*) if [ "$(now serving)" = "$(now revision)" ]; then printf True; fi ;;
      *revisionName*) now serving ;;
      *labels.migrated*) label=$(now update-labels) && printf %s "${label#migrated=}" ;;
      *labels.login*) label=$(now update-labels) && printf %s "${label#login=}" ;;
      *basename*) for word in ${saved[@]+"${saved[@]}"}; do [ "$word" != --data-file=- ] || version=$((${version:-0} + 1)); done && printf %s "${version:-}" ;;
      *config.name*) for word in "${saved[@]}"; do case $word in *.googleapis.com) printf '%s\n' "$word" ;; esac; done && exit ;;
      *labels.revision*) printf '%s\tprojects/p/dashboards/1' "$(read_field "$(now config-from-file)" revision)" ;;
      *schedule*) printf '%s\t%s\t%s' "$(now schedule)" "$(now uri)" "$(now attempt-deadline)" ;;
      *description*) read_field "$(now config-from-file)" description ;;
      *userLabels*) printf '%s\tprojects/p/alertPolicies/1' "$(read_field "$(now policy-from-file)" revision)" ;;
      *) printf %s "${subject:-there}" ;;
    esac
    echo
    ;;
  add) cat >"$GCLOUD_STATE/value $subject" && save "$@" ;;
  access) [ -e "$GCLOUD_STATE/value $subject" ] || exit 1; printf '%s\n' "$(<"$GCLOUD_STATE/value $subject")" ;;
  delete) rm "$thing" ;;
  update-traffic)
    to=$(flag to-revisions "$@")
    [ -n "$to" ] || to=$(now revision)
    save "--serving=${to%=100}"
    ;;
  deploy)
    revision=$subject-$((${#saved[@]} + 10000))
    if [ -n "$(flag no-traffic "$@")" ]; then save "--revision=$revision" "$@"; else save "--serving=$revision" "--revision=$revision" "$@"; fi
    ;;
  *) save "$@" ;;
esac
