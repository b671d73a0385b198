# shellcheck shell=bash
# Sourced by octet: chooses, before the JVM starts, where networks are trained and how much memory is used. It has to be here:
# ND4J asks only whether there is a card, not whether it can compute on it, and reads its choice from the environment.
#   octet_device ARGUMENTS...  sets the array device_options for the JVM; exports variables; returns 2 after an error
#   OCTET_DEVICE               auto, cpu or gpu where --device does not say
#   OCTET_NVIDIA_SMI_SECONDS   how long nvidia-smi may take to answer (default: 10)

# Compute capabilities of the machine code in nd4j-cuda (cuobjdump --list-elf); it runs on cards of the same major number
# and an equal or higher minor one.
octet_linux_code="3.7 5.0 5.2 6.0 6.1 7.0 7.5 8.0 8.6"
octet_windows_code="5.0 5.2 6.1 7.5 8.6"

octet_property() { # NAME: a line of the build's properties, which Maven writes
  local name value
  [ -r "$built/octet.properties" ] || return 0
  while IFS='=' read -r name value; do
    [ "$name" != "$1" ] || echo "$value"
  done <"$built/octet.properties"
}

octet_profiles() { # the Maven profiles of the last build, for the next one
  local profiles=''
  [ "$(octet_property dl4j)" != 1.0.0-M1.1 ] || profiles=ptx
  case $(octet_property cuda) in '' | none) ;; *) profiles+=${profiles:+,}cuda ;; esac
  [ "$(octet_property redist)" != yes ] || profiles+=${profiles:+,}cuda-redist
  echo "$profiles"
}

octet_memory() { # MiB of memory that this process may use
  local total=4096 limit
  if [ -r /proc/meminfo ]; then
    total=$(($(sed -n 's/^MemTotal: *\([0-9]*\) kB/\1/p' /proc/meminfo) / 1024))
  elif command -v sysctl >/dev/null; then
    total=$(($(sysctl -n hw.memsize 2>/dev/null || echo 4294967296) / 1048576))
  fi
  for limit in /sys/fs/cgroup/memory.max /sys/fs/cgroup/memory/memory.limit_in_bytes; do
    if [ -r "$limit" ] && limit=$(<"$limit") && [[ $limit =~ ^[0-9]{1,15}$ ]] && [ $((limit / 1048576)) -lt "$total" ]; then
      total=$((limit / 1048576))
    fi
  done
  echo "$total"
}

octet_size() { # FILE: its size in MiB; of a compressed one about what it holds
  local bytes
  bytes=$(wc -c <"$1" 2>/dev/null) || return 0
  case $1 in *.gz | *.xz | *.zst | *.bz2 | *.zip) bytes=$((bytes * 8)) ;; esac
  echo $((bytes / 1048576))
}

# What a run keeps in memory grows with the log and with what a bundle remembers, so the heap has to; the JVM must know its
# size before it starts. A file that a pattern or a query names is not seen here: then the heap is the usual one.
octet_data() { # ARGUMENTS...: MiB of the logs that arguments or a config among them name, and of the memories of bundles
  local total=0 argument value line word given=no
  for argument in "$@"; do
    case $argument in data.train=* | data.test=*) given=yes ;; esac
  done
  for argument in "$@"; do
    value=${argument#*=}
    case $value in
      *.yaml | *.yml)
        if [ -f "$value" ] && [ $given = no ]; then
          while IFS= read -r line; do
            [[ $line =~ ^[[:space:]]*(train|test):[[:space:]]*([^#]*) ]] || continue
            line=${BASH_REMATCH[2]//'${OCTET_DATA}'/${OCTET_DATA:-data}}
            # shellcheck disable=SC2086 # a list is meant to be split
            for word in ${line//[][\',\"]/ }; do
              [ ! -f "$word" ] || total=$((total + $(octet_size "$word")))
            done
          done <"$value"
        fi
        ;;
      *)
        [ ! -f "$value" ] || total=$((total + $(octet_size "$value")))
        [ ! -f "$value/history.bin" ] || total=$((total + 8 * $(octet_size "$value/history.bin")))
        ;;
    esac
  done
  echo "$total"
}

octet_between() { # VALUE LEAST MOST
  local value=$1
  [ "$value" -ge "$2" ] || value=$2
  [ "$value" -le "$3" ] || value=$3
  echo "$value"
}

octet_runs() { # CAPABILITY: whether machine code of this build runs on such a card
  local code
  for code in $octet_code; do
    [ "${code%.*}" != "${1%.*}" ] || [ "${code#*.}" -gt "${1#*.}" ] || return 0
  done
  return 1
}

# Fills cards, a line "capability, driver, uuid, MiB, name" each, or says in no_cards why there are none.
octet_cards() {
  cards=()
  no_cards=
  command -v nvidia-smi >/dev/null || {
    no_cards="no nvidia-smi on the PATH, so no NVIDIA driver"
    return
  }
  local ask=(nvidia-smi --query-gpu=compute_cap,driver_version,uuid,memory.total,name --format=csv,noheader,nounits)
  if [ -n "${CUDA_VISIBLE_DEVICES+set}" ]; then
    [ -n "$CUDA_VISIBLE_DEVICES" ] || {
      no_cards="CUDA_VISIBLE_DEVICES is empty"
      return
    }
    ask+=(-i "$CUDA_VISIBLE_DEVICES")
  fi
  local seconds=${OCTET_NVIDIA_SMI_SECONDS:-10} answer code=0 line
  ! command -v timeout >/dev/null || ask=(timeout -k 1 "$seconds" "${ask[@]}")
  answer=$("${ask[@]}" 2>&1 </dev/null) || code=$?
  if [ "$code" -eq 124 ] || [ "$code" -eq 137 ]; then
    no_cards="nvidia-smi did not answer within $seconds s"
  elif [ "$code" -ne 0 ]; then
    no_cards="nvidia-smi failed: $(octet_shown "$answer")"
  else
    while IFS= read -r line; do
      [[ $line =~ ^[0-9]{1,3}\.[0-9]{1,3},\ *[0-9.]+,\ *[^,]+,\ *[0-9]{1,9},\ *.+$ ]] && cards+=("$line")
    done <<<"$answer"
    [ ${#cards[@]} -gt 0 ] || no_cards="nvidia-smi named no card with its compute capability: $(octet_shown "$answer")"
  fi
}

octet_shown() { # TEXT: its first line, shortened, nothing in it that moves a cursor
  local first=${1%%$'\n'*}
  first=${first//[^[:print:]]/?}
  echo "\"${first:0:120}\""
}

# Sorts cards into can and newer (arrays of uuids), with names to be read, and adds up device_memory, the least of a card's.
octet_sort_cards() {
  can=() can_names='' newer=() newer_names='' older_names='' device_memory=0
  local card capability _ uuid memory name
  for card in ${cards[@]+"${cards[@]}"}; do
    IFS=',' read -r capability _ uuid memory name <<<"$card"
    uuid=${uuid# } memory=${memory# } name="${name# } ($capability)"
    if octet_runs "$capability"; then
      can+=("$uuid")
      can_names+="${can_names:+, }$name"
      [ "$device_memory" -gt 0 ] && [ "$device_memory" -le "$memory" ] || device_memory=$memory
    elif [ "${capability%.*}" -ge 9 ]; then
      newer+=("$uuid")
      newer_names+="${newer_names:+, }$name"
      [ "$ptx" = no ] || [ ${#can[@]} -gt 0 ] || device_memory=$memory
    else
      older_names+="${older_names:+, }$name"
    fi
  done
}

octet_use() { # gpu|cpu REASON
  chosen=$1
  reason=$2
}

octet_device() {
  local command='' asked=${OCTET_DEVICE:-auto} from=OCTET_DEVICE previous='' argument
  for argument in "$@"; do
    case $argument in
      --) break ;;
      --device=*) asked=${argument#--device=} from=--device ;;
      -*) ;;
      *) command=${command:-$argument} ;;
    esac
    [ "$previous" != --device ] || asked=$argument from=--device
    previous=$argument
  done
  case $asked in
    auto | cpu | gpu) ;;
    *)
      echo "octet: $from is '$asked'; allowed are auto, cpu and gpu" >&2
      return 2
      ;;
  esac

  local cuda=none chosen=cpu reason='' ptx=no octet_code=$octet_linux_code
  cuda=$(octet_property cuda)
  cuda=${cuda:-none}
  [ "$cuda" != nd4j-cuda-11.2 ] || ptx=yes
  case $(uname -s) in MINGW* | MSYS* | CYGWIN*) octet_code=$octet_windows_code ;; esac
  local cards=() no_cards='' can=() can_names='' newer=() newer_names='' older_names='' device_memory=0

  case $command in
    run | replay | tune | trial | doctor)
      # Where the answer changes nothing, nvidia-smi need not be waited for.
      if [ "$command" = doctor ] || [ "$asked" = gpu ] || { [ "$asked" = auto ] && [ "$cuda" != none ]; }; then
        octet_cards
        octet_sort_cards
      fi
      octet_choose
      ;;
    *) octet_use cpu "this command trains nothing" ;;
  esac
  local wanted=$asked
  [ "$command" = doctor ] && wanted=auto
  if [ "$wanted" = gpu ] && [ "$chosen" = cpu ]; then
    echo "octet: $from gpu: $reason" >&2
    return 2
  fi

  local memory heap native log initial=0
  memory=$(octet_memory)
  if [ "$chosen" = gpu ]; then
    heap=$(octet_between $((memory / 4)) 1024 16384)
    native=$(octet_between $((memory / 4)) 1024 32768)
    # Freed arrays that ND4J keeps for the next ones: a quarter of the smallest card, and as much of the host's memory.
    export ND4J_CUDA_MAX_DEVICE_CACHE=${ND4J_CUDA_MAX_DEVICE_CACHE:-$((device_memory / 4 * 1048576))}
    export ND4J_CUDA_MAX_HOST_CACHE=${ND4J_CUDA_MAX_HOST_CACHE:-$((native / 2 * 1048576))}
  else
    export BACKEND_PRIORITY_CPU=${BACKEND_PRIORITY_CPU:-200}
    # Half of the memory, at most 2 GiB; for a large log a GiB and a seventh of its size, at most 60 % of the memory.
    heap=$(octet_between $((memory / 2)) 256 2048)
    log=$(octet_data "$@")
    heap=$(octet_between $((1024 + log / 7)) "$heap" $((memory * 6 / 10)))
    # The collector looks through all of a heap before it lets it grow: the memory of a large log grew in fourteen steps.
    initial=$(octet_between $((log / 5)) 0 "$heap")
    native=$(octet_between $((memory / 4)) 256 1024)
  fi
  device_options=("-Xmx${heap}m")
  [ "$initial" -lt 512 ] || device_options+=("-Xms${initial}m")
  device_options+=("-Dorg.bytedeco.javacpp.maxBytes=${native}m" -Dorg.bytedeco.javacpp.maxPhysicalBytes=0)
  [ "$command" = doctor ] || [ "$chosen" = gpu ] || [ "$asked" != auto ] || return 0
  device_options+=("-Doctet.device=$chosen" "-Doctet.device.reason=$reason")
  [ "$command" != doctor ] ||
    device_options+=("-Doctet.cards=$(printf '%s\n' ${cards[@]+"${cards[@]}"})" "-Doctet.cards.none=$no_cards")
}

octet_choose() {
  if [ "$asked" = cpu ]; then
    octet_use cpu "asked for"
  elif [ -n "${BACKEND_PRIORITY_CPU:-}" ]; then
    octet_use cpu "BACKEND_PRIORITY_CPU is set"
  elif [ "$cuda" = none ] && [ ${#cards[@]} -gt 0 ]; then
    octet_use cpu "this build has no CUDA in it; $(octet_build) makes one that runs on ${can_names:-${newer_names:-no card as old as $older_names}}"
  elif [ "$cuda" = none ] && [ "$asked" = gpu ]; then
    octet_use cpu "this build has no CUDA in it; $(octet_build) makes one that has (gpu/README.md)"
  elif [ ${#cards[@]} -eq 0 ]; then
    octet_use cpu "$no_cards"
  elif [ ${#can[@]} -gt 0 ]; then
    octet_use gpu "CUDA on $can_names"
    octet_visible "${can[@]}"
    [ -z "$newer_names$older_names" ] || reason+=", not on ${newer_names:-$older_names}: this build has no code for it"
  elif [ ${#newer[@]} -gt 0 ] && [ $ptx = yes ]; then
    octet_use gpu "CUDA on $newer_names by way of PTX: the first start compiles it for the card, which takes tens of minutes"
    octet_visible "${newer[@]}"
    # What is compiled is kept in ~/.nv/ComputeCache, were it large enough.
    export CUDA_CACHE_MAXSIZE=${CUDA_CACHE_MAXSIZE:-4294967296}
  elif [ ${#newer[@]} -gt 0 ]; then
    octet_use cpu "$newer_names is newer than this build's CUDA code, which ends at 8.9; -Pptx,cuda builds for it (gpu/README.md)"
  else
    octet_use cpu "$older_names is older than this build's CUDA code"
  fi
  # One line, where there is something to be said: a CUDA build has a card to use or to explain.
  [ "$command" != doctor ] || return 0
  if [ "$chosen" = gpu ]; then
    echo "octet: training with $reason" >&2
  elif [ "$asked" != gpu ] && [ "$cuda" != none ] && { [ "$asked" = cpu ] || [ ${#cards[@]} -gt 0 ] ||
    [ -n "${BACKEND_PRIORITY_CPU:-}" ] || [[ $no_cards == nvidia-smi* ]]; }; then
    echo "octet: training on the CPU: $reason" >&2
  fi
}

octet_build() { # the command that builds Octet for the cards that are there
  local profiles=cuda
  [ ${#can[@]} -gt 0 ] || [ ${#newer[@]} -eq 0 ] || profiles=ptx,cuda
  echo "./mvnw -B -DskipTests -P$profiles package"
}

octet_visible() { # UUIDS...: the other cards are hidden from CUDA
  local IFS=,
  [ -n "${CUDA_VISIBLE_DEVICES+set}" ] && [ ${#cards[@]} -eq $# ] || export CUDA_VISIBLE_DEVICES="$*"
}
