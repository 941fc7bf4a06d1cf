# shellcheck shell=bash
# How deploy.sh does a step: look, change only what differs, try again, write down how it went. It is sourced there, and
# takes two things from it: $command, and $work, a folder that goes with the run.
# shellcheck disable=SC2154

umask 077
touch "$work/results"
steps=0 looks=0 changes=0

# What a plan cannot know before there is a project: it prints how to ask, and these as variables of a shell.
placeholders="PROJECT_NUMBER VERSION_OWNER VERSION_API VERSION_WORKER VERSION_RESOLVE VERSION_MODEL"

# What a command looks like in a shell.
shown() {
  local word name out=""
  for word in "$@"; do
    case $word in
      *PROJECT_NUMBER* | *VERSION_[AMORW]* | *[!a-zA-Z0-9_./:=@,+%-]*) word="'${word//\'/\'\\\'\'}'" ;;
    esac
    out+=" $word"
  done
  for name in $placeholders; do
    [[ $out == *$name* ]] || continue
    out=${out//$name/\'\"\$$name\"\'}
    out=${out//\'\'\"\$$name/\"\$$name} out=${out//$name\"\'\'/$name\"}
  done
  printf '%s\n' "${out# }"
}

# One step of a plan: what it is about, the command that looks, and what is done about the answer.
titled() { steps=$((steps + 1)) && printf '\n# %s\n' "$1"; }
looking() { looks=$((looks + 1)) && shown "$@"; }
changing() { changes=$((changes + 1)) && shown "$@"; }

# What is asked once and used in many commands.
# shellcheck disable=SC2016 # For whoever pastes the line.
asked() {
  looks=$((looks + 1))
  printf '\n%s=$(%s)\n' "$1" "$(shown "${@:2}")"
}

record() { printf '%s\t%s\n' "$1" "$2" >>"$work/results"; }

# The platform refuses a few calls of many, and a new account for its first seconds; a later try is not refused.
try() {
  local attempt pause=${DEPLOY_RETRY_SECONDS:-5}
  for attempt in 1 2 3; do
    "$@" && return 0
    [ "$attempt" = 3 ] || sleep $((pause * attempt * attempt))
  done
  return 1
}

# Sorts "CHECK… -- CREATE… -- UPDATE…" into arrays of these names, which the caller declares.
sort_words() {
  local word into=check
  for word in "$@"; do
    if [ "$word" = -- ]; then
      if [ $into = check ]; then into=create; else into=update; fi
    elif [ $into = check ]; then check+=("$word"); elif [ $into = create ]; then create+=("$word"); else update+=("$word"); fi
  done
}

# ensure LABEL WANTED CHECK… -- CREATE… [-- UPDATE…]: nothing when CHECK prints WANTED (or anything, when WANTED is
# empty); CREATE when it fails or prints nothing; else UPDATE. @NAME@ there is the last column that CHECK printed.
ensure() {
  local label=$1 wanted=$2 found status=0 words check=() create=() update=()
  shift 2
  sort_words "$@"
  if [ "$command" = plan ]; then
    titled "$label"
    looking "${check[@]}"
    changing "${create[@]}"
    if [ ${#update[@]} != 0 ] && [ "${update[*]}" != "${create[*]}" ]; then
      echo "# or, where it is there and differs:"
      changing "${update[@]}"
    fi
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

# noted LABEL WANTED CHECK… -- DO… -- NOTE…: for what nobody can be asked about afterwards. Unless CHECK prints WANTED,
# DO; and once that went well NOTE, which makes CHECK print it. A run that stops between them does it again.
noted() {
  local label=$1 wanted=$2 found check=() create=() update=()
  shift 2
  sort_words "$@"
  if [ "$command" = plan ]; then
    titled "$label"
    looking "${check[@]}"
    changing "${create[@]}"
    changing "${update[@]}"
    return
  fi
  found=$("${check[@]}" 2>/dev/null) || found=""
  if [ "$found" = "$wanted" ]; then
    record unchanged "$label"
  else
    # shellcheck disable=SC2317 # Called by change.
    do_and_note() { try "${create[@]}" && "${update[@]}"; }
    change updated "$label" do_and_note
  fi
}

# Some take minutes, so each is announced. What the platform says is shown when it has said no three times.
change() {
  local status=$1 label=$2 said
  shift 2
  echo "$label…" >&2
  said=$(mktemp "$work/said.XXXXXX")
  if try "$@" >"$said" 2>&1; then
    record "$status" "$label"
  else
    record FAILED "$label"
    { echo "deploy.sh: $label failed:" && sed 's/^/  /' "$said"; } >&2
  fi
}

# gone LABEL CHECK… -- DELETE…: nothing when CHECK fails or prints nothing. @NAME@ is what it printed.
gone() {
  local label=$1 found check=() create=() update=()
  shift
  sort_words "$@"
  found=$("${check[@]}" 2>/dev/null) || found=""
  if [ -z "$found" ]; then record absent "$label"; else change deleted "$label" "${create[@]//@NAME@/$found}"; fi
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
