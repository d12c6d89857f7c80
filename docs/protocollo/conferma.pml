/* The confirmation of a request that may go beyond the Comune, as the design has it (docs/design.md,
 * "The process of a visura"); what is modelled and what is not: README.md beside this file.
 *
 * Whoever decides reads the stream's head, decides on what it read, and appends at the revision it read:
 * reading with deciding is one step, appending another, and everybody else may act in between. An append
 * at another revision fails, and it is decided again.
 *
 * A FAULT_… makes the protocol wrong on purpose: each has to be found (conferma_test.go). */

/* ALONE: no officer and no requester does anything, so that the rest has to end it. */
#ifndef OFFICERS
#define OFFICERS 1
#endif
#ifndef SERVERS
#define SERVERS 1
#endif
#ifndef SWEEPERS
#define SWEEPERS 1
#endif
#ifndef CRASHES
#define CRASHES 1     /* of all servers together */
#endif
#ifndef QUESTIONS
#define QUESTIONS 1   /* officers ask the requester, each stopping the clock */
#endif

#define TERM 2        /* ticks of office time after which silence confirms */
#define DAY 3         /* ticks until the calendar is where it was */
#define OPEN(tick) ((tick) != 1)   /* the office is closed in one tick of three */

mtype:mode = { immediate, silence, manual }
mtype:home = { here, elsewhere, nobody }
mtype:stage = { going, waiting, done }
mtype:reach = { closed, own, beyond }       /* how far the open attempt asks; closed: none is open */
mtype:event = { none, intent, deferred, absent, approve, bysilence, refuse, ask, answer, withdraw, lapse, expire, issue, unissuable, fail }

/* What is given: how it is confirmed, where the person lives. */
mtype:mode mode;
mtype:home home;

/* The stream: who has read its head since the last append, as bits (all that matters of a
 * revision), and what its events come to. */
short head;
#define READS head = head | (1 << _pid)
mtype:stage stage = going;
mtype:reach query = closed;
byte attempt;            /* attempts begun */
bool away;               /* the own Comune was asked in vain */
bool postponed;          /* the registry is to be asked later */
bool suspended;          /* a question stands open */
byte due;                /* ticks until the term is over, as its end was computed when it began */
byte remains;               /* office ticks left when it was suspended */
byte approvals;
bool refused, expired, issued;

mtype:event outcome = none;     /* of who appends: what it is to append again if it was too late */

/* Outside the stream. */
byte tick;               /* of the calendar, while a term runs */
bool allowed = true;     /* act, role and profile still admit the request */
bool days;               /* those are over in which an officer may decide, or the requester answer, where silence ends nothing */
bool week;               /* the registry has been out of reach for too long */
byte archive;            /* which document is kept; 0: none */
byte announced;          /* the document the stream tells of */
byte crashes = CRASHES, questions = QUESTIONS, delays = 1;

/* What really passed, for the assertions alone. */
byte counted;            /* office ticks of the term during which nothing stopped it, TERM at most */
byte waits;              /* terms and waits that ended */

#define LATE (mode == silence && !suspended && due == 0)
#define PERSON (stage == waiting && (mode != silence || suspended))   /* a person ends it, or its days do */
#define OVERDUE (PERSON && days)
#define RUNS (stage == waiting && mode == silence && counted < TERM)

/* A wait ends once. What only it needed is forgotten, so that states do not differ by it. */
inline over() {
	assert(stage == waiting); waits++; assert(waits == 1);
	suspended = false; due = 0; remains = 0; counted = 0; tick = 0; questions = 0; days = false
}
inline ends() {
	assert(stage != done); stage = done;
	query = closed; attempt = 0; away = false; postponed = false; crashes = 0; questions = 0; delays = 0; allowed = true; week = false
}

/* awaits computes the end of so many office ticks from now on. */
byte n, at;
inline awaits(hours) {
	d_step {
#ifdef FAULT_CLOSED_COUNTS
		due = hours;
#else
		due = 0; n = hours; at = tick;
		do
		:: n > 0 -> n = n - OPEN(at); at = (at + 1) % DAY; due++
		:: else -> break
		od;
		n = 0; at = 0
#endif
	}
}

/* append is the store's: at the revision that was read, or not at all. Seen is what of the
 * term had really passed when it was decided, which is the time that is recorded: all of it
 * also where the days were over. */
#define INTIME(seen) ((seen) < TERM)
inline append(e, seen, ok) {
#ifdef FAULT_NO_REVISION
		ok = true;
#else
		ok = (head >> _pid) & 1;
#endif
		if
		:: !ok
		:: ok -> head = 0;
			if
			:: e == intent -> attempt++; assert(query == closed); query = (away -> beyond : own);
				assert(query == own || approvals == 1)
			:: e == deferred -> query = closed; postponed = true
			:: e == absent -> query = closed; away = true;
				if
#ifdef FAULT_UNCONFIRMED
				:: true
#endif
				:: approvals > 0
				:: approvals == 0 -> stage = waiting; counted = 0;
					if
					:: mode == silence -> if :: tick = 0 :: tick = 1 :: tick = 2 fi; awaits(TERM)
					:: else
					fi
				fi
			:: e == approve -> assert(INTIME(seen)); over(); approvals++; stage = going
			:: e == bysilence -> assert(mode == silence && counted == TERM); over(); approvals++; stage = going
			:: e == refuse -> assert(INTIME(seen)); over(); refused = true; ends()
			:: e == ask -> suspended = true; days = false; questions--; assert(INTIME(seen)); counted = seen; remains = TERM - counted
			:: e == answer -> assert(INTIME(seen)); suspended = false; days = false;
#ifndef FAULT_SUSPENDED_RUNS
				if :: mode == silence -> awaits(remains) :: else fi
#else
				skip
#endif
			:: e == expire -> assert(OVERDUE); over(); expired = true;
#ifdef FAULT_EXPIRY_CONFIRMS
				stage = going
#else
				ends()
#endif
			:: e == withdraw || e == lapse -> if :: stage == waiting -> over() :: else fi; ends()
			:: e == issue -> 
				if
				:: approvals == 0 && query == own -> approvals++   /* with the document, in one append */
				:: else
				fi;
				issued = true; announced = archive; ends()
			:: e == unissuable || e == fail -> ends()
			fi;
			assert(approvals <= 1 && !((refused || expired) && approvals > 0) && !(refused && expired) && !((refused || expired) && issued));
			assert(!issued || approvals == 1);
			assert(!issued || announced == archive && home != nobody)
		fi;
		head = head & ~(1 << _pid);
		e = none
}

/* An officer approves, refuses or asks the requester something, unless the days are over; who
 * lost a race, or asked, looks at the request anew. */
proctype Officer() {
	mtype:event what = none; byte seen; bool ok;
end:	do
#ifdef FAULT_EXPIRED_APPROVED
	:: atomic { stage == waiting ->
#else
	:: atomic { stage == waiting && !OVERDUE ->
#endif
		READS; seen = (OVERDUE -> TERM : counted);
		if
		:: true -> what = (!allowed -> lapse : (LATE -> bysilence : approve))
#ifdef FAULT_LATE_REFUSAL
		:: true -> what = refuse
#else
		:: !LATE && !OVERDUE -> what = refuse
#endif
		:: !LATE && !OVERDUE && !suspended && questions > 0 -> what = ask
		fi }
		atomic { append(what, seen, ok); seen = 0; ok = false }
	od
}

/* The requester answers what is asked, in its days, and may withdraw until the end. */
proctype Requester() {
	mtype:event what = none; bool ok;
end:	do
	:: atomic { stage != done -> READS; if :: what = withdraw :: suspended && !days -> what = answer fi }
		atomic { append(what, 0, ok); ok = false }
	od
}

/* A sweeper wakes when a term is over, or the days, and has it recorded. */
proctype Sweeper() {
	mtype:event what = none; bool ok;
end:	do
	:: atomic { stage == waiting && (LATE || OVERDUE) -> READS; what = (OVERDUE -> expire : (allowed -> bysilence : lapse)) }
		atomic { append(what, 0, ok); ok = false }
	od
}

#define SETTLED (week && attempt > 0)
#define STEP (query != closed || !postponed || SETTLED)

/* A server carries the request on: intent, question to the registry, document, outcome. */
#define OPENSTILL (stage == going && query != closed && attempt == mine)
proctype Server() {
	mtype:event what = none; byte mine; bool ok; mtype:reach far = closed;
end:	do
	:: atomic { stage == going && STEP ->
		/* what is to be done, by the head of the stream */
		READS; mine = attempt;
		if
		:: archive != 0 && query != closed -> what = issue
		:: !(archive != 0 && query != closed) && SETTLED -> what = fail
		:: !(archive != 0 && query != closed) && !SETTLED && query == closed -> what = (allowed || attempt == 0 -> intent : lapse)
		:: archive == 0 && !SETTLED && query != closed -> far = query
		fi }
		if
		:: what != none
		:: atomic { what == none ->
			/* The registry is asked under the id recorded, and the document is archived. */
			if
			:: home == here || (home == elsewhere && far == beyond) -> what = issue;
				if
				:: archive == 0 -> archive = 1
#ifdef FAULT_ARCHIVE
				:: archive != 0 -> archive = 3 - archive
#else
				:: else
#endif
				fi;
				assert(!issued || announced == archive)
			:: home == nobody && far == beyond -> what = unissuable
			:: home != here && far == own -> what = absent
			:: delays > 0 -> delays--; what = deferred
			fi;
			far = closed }
		fi;
		if
		:: atomic { crashes > 0 -> crashes--; head = head & ~(1 << _pid); what = none; mine = 0 }  /* it dies, and starts anew with nothing in mind */
#ifdef FAULT_STUCK
			break
#endif
		:: atomic { what == intent || what == lapse || what == fail -> append(what, 0, ok); ok = false; mine = 0 }
		:: what != intent && what != lapse && what != fail ->
			/* The outcome is decided at the head: of an attempt no longer open nothing follows. */
			do
			:: atomic { what != none && OPENSTILL -> READS }
				atomic { outcome = what; append(what, 0, ok); if :: !ok -> what = outcome :: else fi; outcome = none; ok = false }
			:: atomic { what == none || !OPENSTILL -> what = none; mine = 0; break }
			od
		fi
	od
}

/* The clock goes on whenever something waits for it. Days are long: they are over at any time. */
proctype Clock() {
end:	do
	:: PERSON && !days -> days = true
	:: d_step { RUNS || postponed ->
		if
#ifdef FAULT_SUSPENDED_RUNS
		:: RUNS && due > 0 -> due--
#else
		:: RUNS && due > 0 && !suspended -> due--
#endif
		:: else
		fi;
		if
		:: RUNS && OPEN(tick) && !suspended -> counted++
		:: else
		fi;
		postponed = false;
		if :: stage == waiting && mode == silence -> tick = (tick + 1) % DAY :: else fi
	}
	od
}

/* What may happen meanwhile, or not. */
proctype World() {
end:	do
	:: atomic { stage != done && allowed -> allowed = false }
	:: atomic { stage == going && attempt > 0 && !week -> week = true }
	od
}

/* Where nothing can move any more the request has ended. */
proctype Watch() {
end:	timeout -> assert(stage == done)
}

init {
	atomic {
		if :: mode = immediate; approvals = 1 :: mode = silence :: mode = manual fi;
		if :: home = here :: home = elsewhere :: home = nobody fi;
		byte i;
#ifndef ALONE
#if OFFICERS > 0
		for (i : 1 .. OFFICERS) { run Officer() }
#endif
		run Requester();
#else
		run Watch();
#endif
		for (i : 1 .. SERVERS) { run Server() }
		for (i : 1 .. SWEEPERS) { run Sweeper() }
		i = 0;
		run Clock(); run World()
	}
}

/* If the clock goes on and the registry answers in the end, every request ends. */
ltl progress { <> (stage == done) }
