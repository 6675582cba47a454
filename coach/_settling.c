/* Where moments stand in a call: `coach.moments.Settling`, which says what each part means, many times as fast.
 *
 * Moments are numbers here, and a hit is its three numbers with the object that it came as. tests/test_moments.py holds
 * this and the Python together. What depends on seconds, and on the ends of the call, is asked of coach.flow.
 */
#include "_arrays.h"

enum { NONE = -1, TO_THE_END = -1, BY_SECONDS = -2 };
enum { SAME = 0, AGENT = 1, CUSTOMER = 2, ANOTHER = 3 }; /* who says what stands around a hit */
/* What is asked of coach.flow, and of the ranges that it gives. Python remembers where it found the attributes of a type
   by the text that is their name: with a new text each time it would remember these in the place of others. */
enum { WITHIN, FROM, BEFORE, START, STOP, ASKED };
static const char *const ASKED_NAMES[] = {"turns_within", "turns_from", "turns_before", "start", "stop"};

typedef struct { int32_t turn, start, end; PyObject *hit; } Hit;
typedef struct { Py_ssize_t first, count; } Hits; /* a stretch of `found` */
typedef struct { int32_t wanted, later, turns; Py_ssize_t first, count; PyObject *window; } Around; /* of `said` */
typedef struct { int32_t who, moment; } SaidBy;
typedef struct {
    int32_t moment, signal; /* signal: a number in `signals`, or NONE */
    PyObject *side;         /* who alone says it, or NULL */
    PyObject *edge;         /* the window at an end of the call, or NULL */
    Py_ssize_t first_include, includes, first_exclude, excludes; /* of `others` */
    Py_ssize_t first_around, arounds;
} Place;
typedef struct { PyObject *role, *who; } Turn;

typedef struct {
    PyObject_HEAD
    PyObject *numbers; /* dict: the name of a moment -> its number */
    PyObject *names;   /* list: the names by number */
    PyObject *signals; /* list: the names of the signals */
    PyObject *kept;    /* list: what `places` and `arounds` point to */
    ARRAY(Place) places;
    ARRAY(int32_t) others;
    ARRAY(Around) arounds;
    ARRAY(SaidBy) said;
    /* Of the call that is being settled. */
    ARRAY(PyObject *) own;       /* by moment: the list of its own hits, or NULL */
    ARRAY(PyObject *) signalled; /* by signal */
    ARRAY(Hits) where;           /* by moment: what was found of it; count 0 for nothing */
    ARRAY(Hit) found;
    ARRAY(Hit) hits;  /* of the moment that is being settled */
    ARRAY(Hit) spare;
    ARRAY(int32_t) reach;
    ARRAY(Turn) turns;
    ARRAY(int32_t) stretch;
    PyObject *flow;
    PyObject *asked[ASKED]; /* the names */
    int is_busy;
} Settling;

/* ---- What the moments are ---- */

static int32_t number_of(Settling *self, PyObject *name) {
    PyObject *known = PyDict_GetItemWithError(self->numbers, name);
    if (known) return (int32_t)PyLong_AsLong(known);
    if (PyErr_Occurred()) return NONE;
    Py_ssize_t next = PyList_Size(self->names);
    PyObject *number = PyLong_FromSsize_t(next);
    int failed = !number || PyDict_SetItem(self->numbers, name, number) < 0 || PyList_Append(self->names, name) < 0;
    Py_XDECREF(number);
    return failed ? NONE : (int32_t)next;
}

static int add_others(Settling *self, PyObject *names, Py_ssize_t *first, Py_ssize_t *count) {
    *first = self->others.size;
    *count = PyTuple_Size(names);
    for (Py_ssize_t i = 0; i < *count; i++) {
        int32_t number = number_of(self, PyTuple_GetItem(names, i));
        if (number == NONE || !PUSH(self->others, number)) return 0;
    }
    return *count >= 0;
}

static int is(PyObject *text, const char *word) { return PyUnicode_CompareWithASCIIString(text, word) == 0; }

static int is_tuple(PyObject *plain) {
    if (plain && PyTuple_Check(plain)) return 1;
    PyErr_SetString(PyExc_TypeError, "what has to hold for a moment comes as tuples");
    return 0;
}

/* Add what stands around a hit: (wanted, later, ((who, moment), ...), window, turns). */
static int add_around(Settling *self, PyObject *plain) {
    int wanted, later;
    long turns;
    PyObject *said, *window;
    if (!is_tuple(plain) || !PyArg_ParseTuple(plain, "ppO!Ol", &wanted, &later, &PyTuple_Type, &said, &window, &turns)) return 0;
    Around around = {wanted, later, (int32_t)turns, self->said.size, PyTuple_Size(said), window};
    for (Py_ssize_t i = 0; i < around.count; i++) {
        PyObject *who, *name;
        PyObject *pair = PyTuple_GetItem(said, i);
        if (!is_tuple(pair) || !PyArg_ParseTuple(pair, "UU", &who, &name)) return 0;
        int32_t side = is(who, "same") ? SAME : is(who, "agent") ? AGENT : is(who, "customer") ? CUSTOMER : ANOTHER;
        int32_t moment = number_of(self, name);
        if (moment == NONE || !PUSH(self->said, (SaidBy){side, moment})) return 0;
    }
    return PUSH(self->arounds, around);
}

/* Add a moment: (name, signal, includes, excludes, side, edge, arounds); signal, side and edge may be None. */
static int add_place(Settling *self, PyObject *plain) {
    PyObject *name, *signal, *include, *exclude, *side, *edge, *around;
    if (!is_tuple(plain) || !PyArg_ParseTuple(plain, "UOO!O!OOO!", &name, &signal, &PyTuple_Type, &include,
                                              &PyTuple_Type, &exclude, &side, &edge, &PyTuple_Type, &around))
        return 0;
    Place place = {number_of(self, name), NONE, side == Py_None ? NULL : side, edge == Py_None ? NULL : edge,
                   0, 0, 0, 0, self->arounds.size, PyTuple_Size(around)};
    if (place.moment == NONE || !add_others(self, include, &place.first_include, &place.includes) ||
        !add_others(self, exclude, &place.first_exclude, &place.excludes))
        return 0;
    if (signal != Py_None) {
        place.signal = (int32_t)PySequence_Index(self->signals, signal);
        if (place.signal < 0) return 0;
    }
    for (Py_ssize_t i = 0; i < place.arounds; i++)
        if (!add_around(self, PyTuple_GetItem(around, i))) return 0;
    return PUSH(self->places, place);
}

static int settling_init(Settling *self, PyObject *args, PyObject *keywords) {
    PyObject *places, *signals;
    if (!PyArg_ParseTuple(args, "O!O!", &PyList_Type, &places, &PyList_Type, &signals)) return -1;
    if (self->kept) {
        PyErr_SetString(PyExc_RuntimeError, "a settling is made once");
        return -1;
    }
    self->numbers = PyDict_New(), self->names = PyList_New(0), self->signals = PyList_GetSlice(signals, 0, PyList_Size(signals));
    /* Lists of their own: what was taken from them must live as long as this. */
    self->kept = PyList_GetSlice(places, 0, PyList_Size(places));
    if (!self->numbers || !self->names || !self->signals || !self->kept) return -1;
    for (int i = 0; i < ASKED; i++)
        if (!(self->asked[i] = PyUnicode_InternFromString(ASKED_NAMES[i]))) return -1;
    for (Py_ssize_t i = 0; i < PyList_Size(self->kept); i++)
        if (!add_place(self, PyList_GetItem(self->kept, i))) return -1;
    return 0;
}

/* ---- The call ---- */

static int hit_of(PyObject *hit, Hit *found) {
    if (!PyTuple_Check(hit) || PyTuple_Size(hit) != 3) {
        PyErr_SetString(PyExc_TypeError, "a hit is a turn, a start and an end");
        return 0;
    }
    *found = (Hit){(int32_t)PyLong_AsLong(PyTuple_GetItem(hit, 0)), (int32_t)PyLong_AsLong(PyTuple_GetItem(hit, 1)),
                   (int32_t)PyLong_AsLong(PyTuple_GetItem(hit, 2)), hit};
    return !PyErr_Occurred();
}

/* Say whether the hit stands in a turn of the call. */
static int is_in_call(const Settling *self, const Hit *hit) {
    if (hit->turn >= 0 && hit->turn < self->turns.size) return 1;
    PyErr_SetString(PyExc_ValueError, "a hit stands in no turn of the call");
    return 0;
}

/* Add the hits of a list or tuple to the ones at hand. */
static int load(Settling *self, PyObject *from) {
    Py_ssize_t count = PySequence_Size(from);
    if (count < 0 || !(PyList_Check(from) || PyTuple_Check(from))) {
        if (!PyErr_Occurred()) PyErr_SetString(PyExc_TypeError, "hits come as a list or a tuple");
        return 0;
    }
    if (!ROOM(self->hits, count)) return 0;
    for (Py_ssize_t i = 0; i < count; i++) {
        PyObject *hit = PyList_Check(from) ? PyList_GetItem(from, i) : PyTuple_GetItem(from, i);
        Hit *into = &self->hits.at[self->hits.size];
        if (!hit_of(hit, into) || !is_in_call(self, into)) return 0;
        self->hits.size++;
    }
    return 1;
}

static int by_place(const void *a, const void *b) {
    const Hit *x = a, *y = b;
    if (x->turn != y->turn) return x->turn < y->turn ? -1 : 1;
    if (x->start != y->start) return x->start < y->start ? -1 : 1;
    return (x->end > y->end) - (x->end < y->end);
}

static void sort(Hit *hits, Py_ssize_t count) {
    if (count > 1) qsort(hits, (size_t)count, sizeof(Hit), by_place);
}

/* A phrase may stand where a signal does. */
static Py_ssize_t without_repeats(Hit *hits, Py_ssize_t count) {
    Py_ssize_t kept = 0;
    for (Py_ssize_t i = 0; i < count; i++)
        if (!kept || by_place(&hits[kept - 1], &hits[i]) != 0) hits[kept++] = hits[i];
    return kept;
}

/* Return the first of sorted hits that stands in turn `turn` at `start` or behind. */
static Py_ssize_t first_from(const Hit *hits, Py_ssize_t count, int32_t turn, int32_t start) {
    Py_ssize_t low = 0, high = count;
    while (low < high) {
        Py_ssize_t middle = (low + high) / 2;
        if (hits[middle].turn < turn || (hits[middle].turn == turn && hits[middle].start < start)) low = middle + 1;
        else high = middle;
    }
    return low;
}

/* Keep those of `hits` that overlap none of `others`, which are sorted; return how many, -1 on an error. */
static Py_ssize_t keep_free(Settling *self, Hit *hits, Py_ssize_t count, const Hit *others, Py_ssize_t other_count) {
    if (!count || !other_count) return count;
    /* How far the others of a turn reach, up to each of them: they may lie within each other. */
    if (!ROOM(self->reach, other_count)) return -1;
    int32_t *reach = self->reach.at;
    for (Py_ssize_t i = 0; i < other_count; i++) {
        reach[i] = others[i].end;
        if (i && others[i - 1].turn == others[i].turn && reach[i - 1] > reach[i]) reach[i] = reach[i - 1];
    }
    Py_ssize_t kept = 0;
    for (Py_ssize_t i = 0; i < count; i++) {
        Py_ssize_t last = first_from(others, other_count, hits[i].turn, hits[i].end) - 1;
        if (last < 0 || others[last].turn != hits[i].turn || reach[last] <= hits[i].start) hits[kept++] = hits[i];
    }
    return kept;
}

/* Add those of `more` that overlap none of the hits at hand. */
static int join(Settling *self, Hits more) {
    const Hit *from = self->found.at + more.first;
    if (!ROOM(self->spare, more.count) || !ROOM(self->hits, more.count)) return 0;
    memcpy(self->spare.at, from, (size_t)more.count * sizeof(Hit));
    Py_ssize_t free = keep_free(self, self->spare.at, more.count, self->hits.at, self->hits.size);
    if (free < 0) return 0;
    memcpy(self->hits.at + self->hits.size, self->spare.at, (size_t)free * sizeof(Hit));
    int was_empty = !self->hits.size;
    self->hits.size += free;
    if (!was_empty) sort(self->hits.at, self->hits.size);
    return 1;
}

/* Read the numbers of a range; return 0 on an error. */
static int bounds(const Settling *self, PyObject *range, long *start, long *stop) {
    PyObject *first = range ? PyObject_GetAttr(range, self->asked[START]) : NULL;
    PyObject *last = first ? PyObject_GetAttr(range, self->asked[STOP]) : NULL;
    if (last) *start = PyLong_AsLong(first), *stop = PyLong_AsLong(last);
    Py_XDECREF(first);
    Py_XDECREF(last);
    Py_XDECREF(range);
    return !PyErr_Occurred();
}

static int keep_at_edge(Settling *self, PyObject *window) {
    Py_ssize_t kept = 0;
    for (Py_ssize_t i = 0; i < self->hits.size; i++) {
        const Hit hit = self->hits.at[i];
        long start, stop;
        PyObject *role = self->turns.at[hit.turn].role;
        PyObject *range = PyObject_CallMethodObjArgs(self->flow, self->asked[WITHIN], window, role, NULL);
        if (!bounds(self, range, &start, &stop)) return 0;
        if (hit.turn >= start && hit.turn < stop) self->hits.at[kept++] = hit;
    }
    self->hits.size = kept;
    return 1;
}

/* Return the first turn whose stretch is `number` or later (`after`: later than it). */
static int32_t first_of_stretch(const Settling *self, int64_t number, int after) {
    int32_t low = 0, high = (int32_t)self->stretch.size;
    while (low < high) {
        int32_t middle = (low + high) / 2;
        int64_t here = self->stretch.at[middle];
        if (after ? here <= number : here < number) low = middle + 1;
        else high = middle;
    }
    return low;
}

/* Leave in `start` and `stop` the turns that are looked at around a hit: Flow.turns_after, Flow.turns_before. */
static int window_of(Settling *self, const Around *around, int32_t turn, long *start, long *stop) {
    const int64_t here = self->stretch.at[turn];
    if (around->turns == BY_SECONDS) {
        PyObject *asked = self->asked[around->later ? FROM : BEFORE], *from = PyLong_FromLong(turn);
        PyObject *range = from ? PyObject_CallMethodObjArgs(self->flow, asked, from, around->window, NULL) : NULL;
        Py_XDECREF(from);
        return bounds(self, range, start, stop);
    }
    if (around->later) {
        *start = turn, *stop = (long)self->turns.size;
        if (around->turns != TO_THE_END) *stop = first_of_stretch(self, here + around->turns, 1);
        if (*stop < turn) *stop = turn;
        return 1;
    }
    *start = 0, *stop = turn;
    if (around->turns != TO_THE_END) *start = first_of_stretch(self, here - around->turns, 0);
    return 1;
}

static int is_said_by(const Settling *self, int32_t side, int32_t turn, int32_t other) {
    PyObject *who = self->turns.at[other].who;
    if (side == AGENT) return is(who, "agent");
    if (side == CUSTOMER) return is(who, "customer");
    int is_same = who == self->turns.at[turn].who || PyUnicode_Compare(who, self->turns.at[turn].who) == 0;
    return side == SAME ? is_same : !is_same;
}

/* Say whether something stands around a hit: 1 or 0, -1 on an error. */
static int stands_near(Settling *self, const Around *around, const Hit *hit) {
    long start, stop;
    if (!window_of(self, around, hit->turn, &start, &stop)) return -1;
    const int32_t from = start < hit->turn ? (int32_t)start : hit->turn;
    const int32_t to = stop > hit->turn + 1 ? (int32_t)stop : hit->turn + 1;
    for (Py_ssize_t i = 0; i < around->count; i++) {
        const SaidBy *said = &self->said.at[around->first + i];
        const Hits where = self->where.at[said->moment];
        const Hit *others = self->found.at + where.first;
        for (Py_ssize_t at = first_from(others, where.count, from, INT32_MIN); at < where.count; at++) {
            const Hit *other = &others[at];
            if (other->turn >= to) break;
            if (other->turn == hit->turn) {
                if (around->later ? other->start < hit->end : other->end > hit->start) continue;
            } else if (other->turn < start || other->turn >= stop) continue;
            if (is_said_by(self, said->who, hit->turn, other->turn)) return 1;
        }
    }
    return 0;
}

static int keep_around(Settling *self, const Around *around) {
    int is_any_said = 0;
    for (Py_ssize_t i = 0; i < around->count; i++)
        is_any_said = is_any_said || self->where.at[self->said.at[around->first + i].moment].count;
    if (!is_any_said) {
        if (around->wanted) self->hits.size = 0;
        return 1;
    }
    Py_ssize_t kept = 0;
    for (Py_ssize_t i = 0; i < self->hits.size; i++) {
        int near = stands_near(self, around, &self->hits.at[i]);
        if (near < 0) return 0;
        if (near == around->wanted) self->hits.at[kept++] = self->hits.at[i];
    }
    self->hits.size = kept;
    return 1;
}

static void keep_side(Settling *self, PyObject *side) {
    Py_ssize_t kept = 0;
    for (Py_ssize_t i = 0; i < self->hits.size; i++) {
        PyObject *role = self->turns.at[self->hits.at[i].turn].role;
        if (role == side || PyUnicode_Compare(role, side) == 0 || is(role, "unknown"))
            self->hits.at[kept++] = self->hits.at[i];
    }
    self->hits.size = kept;
}

/* Leave in `hits` where a moment stands; return 0 on an error. */
static int settle(Settling *self, const Place *place) {
    self->hits.size = 0;
    PyObject *own = self->own.at[place->moment];
    PyObject *signalled = place->signal == NONE ? NULL : self->signalled.at[place->signal];
    if (own && !load(self, own)) return 0;
    if (signalled) {
        if (!load(self, signalled)) return 0;
        sort(self->hits.at, self->hits.size);
        self->hits.size = without_repeats(self->hits.at, self->hits.size);
    }
    for (Py_ssize_t i = 0; i < place->includes; i++) {
        const Hits more = self->where.at[self->others.at[place->first_include + i]];
        if (more.count && !join(self, more)) return 0;
    }
    /* By their turns first: most hits that go are said by the other side. */
    if (self->hits.size && place->side) keep_side(self, place->side);
    if (self->hits.size && place->edge && !keep_at_edge(self, place->edge)) return 0;
    for (Py_ssize_t i = 0; self->hits.size && i < place->excludes; i++) {
        const Hits others = self->where.at[self->others.at[place->first_exclude + i]];
        self->hits.size = keep_free(self, self->hits.at, self->hits.size, self->found.at + others.first, others.count);
        if (self->hits.size < 0) { self->hits.size = 0; return 0; }
    }
    for (Py_ssize_t i = 0; self->hits.size && i < place->arounds; i++)
        if (!keep_around(self, &self->arounds.at[place->first_around + i])) return 0;
    return 1;
}

/* Remember the hits at hand as those of a moment. */
static int remember(Settling *self, int32_t moment) {
    if (!ROOM(self->found, self->hits.size)) return 0;
    memcpy(self->found.at + self->found.size, self->hits.at, (size_t)self->hits.size * sizeof(Hit));
    self->where.at[moment] = (Hits){self->found.size, self->hits.size};
    self->found.size += self->hits.size;
    return 1;
}

static int settle_all(Settling *self, PyObject *settled) {
    for (Py_ssize_t i = 0; i < self->places.size; i++) {
        const Place *place = &self->places.at[i];
        if (!settle(self, place)) return 0;
        if (!self->hits.size) continue;
        PyObject *hits = PyTuple_New(self->hits.size);
        for (Py_ssize_t at = 0; hits && at < self->hits.size; at++) {
            Py_INCREF(self->hits.at[at].hit);
            PyTuple_SetItem(hits, at, self->hits.at[at].hit);
        }
        int failed = !hits || PyDict_SetItem(settled, PyList_GetItem(self->names, place->moment), hits) < 0;
        Py_XDECREF(hits);
        if (failed || !remember(self, place->moment)) return 0;
    }
    return 1;
}

/* Take over the values of a dictionary whose keys are names in `numbers`; other names count for nothing here. */
static int take_own(Settling *self, PyObject *spans) {
    PyObject *name, *hits;
    for (Py_ssize_t at = 0; PyDict_Next(spans, &at, &name, &hits);) {
        PyObject *number = PyDict_GetItemWithError(self->numbers, name);
        if (number) self->own.at[PyLong_AsLong(number)] = hits;
        else if (PyErr_Occurred()) return 0;
    }
    return 1;
}

static int take_known(Settling *self, PyObject *known) {
    PyObject *name, *hits;
    for (Py_ssize_t at = 0; PyDict_Next(known, &at, &name, &hits);) {
        PyObject *number = PyDict_GetItemWithError(self->numbers, name);
        if (!number && PyErr_Occurred()) return 0;
        self->hits.size = 0;
        if (number && (!load(self, hits) || !remember(self, (int32_t)PyLong_AsLong(number)))) return 0;
    }
    return 1;
}

static int take_turns(Settling *self, PyObject *roles, PyObject *whos, PyObject *stretch) {
    Py_ssize_t size = PyList_Size(roles);
    if (PyList_Size(whos) != size || PyTuple_Size(stretch) != size) {
        PyErr_SetString(PyExc_ValueError, "roles, sides and stretches of a call have to be as many as each other");
        return 0;
    }
    self->turns.size = self->stretch.size = 0;
    if (!ROOM(self->turns, size) || !ROOM(self->stretch, size)) return 0;
    for (Py_ssize_t i = 0; i < size; i++) {
        Turn turn = {PyList_GetItem(roles, i), PyList_GetItem(whos, i)};
        if (!PyUnicode_Check(turn.role) || !PyUnicode_Check(turn.who)) {
            PyErr_SetString(PyExc_TypeError, "roles and sides are text");
            return 0;
        }
        self->turns.at[i] = turn;
        self->stretch.at[i] = (int32_t)PyLong_AsLong(PyTuple_GetItem(stretch, i));
    }
    self->turns.size = self->stretch.size = size;
    return !PyErr_Occurred();
}

/* Take over what the signals gave, by their numbers. */
static int take_signalled(Settling *self, PyObject *signalled) {
    Py_ssize_t size = PyList_Size(self->signals);
    if (PyList_Size(signalled) != size) {
        PyErr_SetString(PyExc_ValueError, "each of the signals has its hits");
        return 0;
    }
    if (!ROOM(self->signalled, size)) return 0;
    for (Py_ssize_t i = 0; i < size; i++) self->signalled.at[i] = PyList_GetItem(signalled, i);
    return 1;
}

static int make_room(Settling *self) {
    Py_ssize_t moments = PyList_Size(self->names);
    self->found.size = 0;
    if (!ROOM(self->own, moments) || !ROOM(self->where, moments)) return 0;
    if (moments) memset(self->own.at, 0, (size_t)moments * sizeof *self->own.at);
    if (moments) memset(self->where.at, 0, (size_t)moments * sizeof *self->where.at);
    return 1;
}

static PyObject *settling_of(Settling *self, PyObject *args) {
    PyObject *spans, *signalled, *known, *roles, *whos, *stretch, *flow;
    if (!PyArg_ParseTuple(args, "O!O!O!O!O!O!O", &PyDict_Type, &spans, &PyList_Type, &signalled, &PyDict_Type, &known,
                          &PyList_Type, &roles, &PyList_Type, &whos, &PyTuple_Type, &stretch, &flow))
        return NULL;
    if (!self->kept || self->is_busy)
        return PyErr_Format(PyExc_RuntimeError, "moments are settled in one call at a time, once they are made");
    self->is_busy = 1, self->flow = flow;
    PyObject *settled = PyDict_Copy(known);
    if (settled && !(make_room(self) && take_turns(self, roles, whos, stretch) && take_own(self, spans) &&
                     take_signalled(self, signalled) && take_known(self, known) && settle_all(self, settled)))
        Py_CLEAR(settled);
    self->is_busy = 0, self->flow = NULL;
    return settled;
}

/* ---- What is said there ---- */

/* Return one hit as a quote: turn, start, end and the text between them. */
static PyObject *quote_of(PyObject *hit, PyObject *texts, PyTypeObject *type) {
    Hit at;
    if (!hit_of(hit, &at)) return NULL;
    PyObject *text = at.turn >= 0 ? PyList_GetItem(texts, at.turn) : NULL;
    if (!text && !PyErr_Occurred()) PyErr_SetString(PyExc_IndexError, "a hit stands in no turn of the call");
    if (text && !PyUnicode_Check(text)) {
        PyErr_SetString(PyExc_TypeError, "what a turn says is text");
        text = NULL;
    }
    PyObject *values[4] = {NULL, NULL, NULL, text ? PyUnicode_Substring(text, at.start, at.end) : NULL};
    for (int i = 0; i < 3; i++) Py_INCREF(values[i] = PyTuple_GetItem(hit, i));
    return named_tuple(type, values, 4);
}

static PyObject *quotes_of(PyObject *hits, PyObject *texts, PyTypeObject *type) {
    if (!PyTuple_Check(hits)) return PyErr_Format(PyExc_TypeError, "the hits of a moment are a tuple");
    PyObject *quotes = PyTuple_New(PyTuple_Size(hits));
    for (Py_ssize_t i = 0; quotes && i < PyTuple_Size(hits); i++) {
        PyObject *quote = quote_of(PyTuple_GetItem(hits, i), texts, type);
        if (!quote || PyTuple_SetItem(quotes, i, quote) < 0) Py_CLEAR(quotes);
    }
    return quotes;
}

static PyObject *quoted(PyObject *module, PyObject *args) {
    PyObject *moments, *texts, *type, *name, *hits;
    if (!PyArg_ParseTuple(args, "O!O!O", &PyDict_Type, &moments, &PyList_Type, &texts, &type) || !is_named_tuple(type))
        return NULL;
    PyObject *all = PyDict_New();
    for (Py_ssize_t at = 0; all && PyDict_Next(moments, &at, &name, &hits);) {
        PyObject *quotes = quotes_of(hits, texts, (PyTypeObject *)type);
        if (!quotes || PyDict_SetItem(all, name, quotes) < 0) Py_CLEAR(all);
        Py_XDECREF(quotes);
    }
    return all;
}

/* ---- The type ---- */

static void settling_dealloc(Settling *self) {
    PyTypeObject *type = Py_TYPE(self);
    Py_XDECREF(self->numbers);
    Py_XDECREF(self->names);
    Py_XDECREF(self->signals);
    Py_XDECREF(self->kept);
    for (int i = 0; i < ASKED; i++) Py_XDECREF(self->asked[i]);
    void *arrays[] = {self->places.at, self->others.at, self->arounds.at, self->said.at, self->own.at,
                      self->signalled.at, self->where.at, self->found.at, self->hits.at, self->spare.at,
                      self->reach.at, self->turns.at, self->stretch.at};
    for (size_t i = 0; i < sizeof arrays / sizeof *arrays; i++) free(arrays[i]);
    PyObject_Free(self);
    Py_DECREF(type);
}

static PyMethodDef methods[] = {
    {"of", (PyCFunction)settling_of, METH_VARARGS,
     "Return the moments of a call: (spans, hits of each signal, known, roles, who of each turn, stretches, flow)."},
    {NULL, NULL, 0, NULL},
};

static PyType_Slot type_slots[] = {
    {Py_tp_init, settling_init},
    {Py_tp_dealloc, settling_dealloc},
    {Py_tp_methods, methods},
    {Py_tp_doc, "Settles moments: (in order of need, what has to hold for each; the names of the signals)."},
    {0, NULL},
};

static PyType_Spec type_spec = {"coach._settling.Settling", sizeof(Settling), 0, Py_TPFLAGS_DEFAULT, type_slots};

static int exec_module(PyObject *module) { return add_type(module, "Settling", &type_spec); }

static PyModuleDef_Slot module_slots[] = {{Py_mod_exec, exec_module}, {0, NULL}};

static PyMethodDef functions[] = {
    {"quoted", quoted, METH_VARARGS, "Return moments with what is said there: (moments, the text of each turn, the type of a quote)."},
    {NULL, NULL, 0, NULL},
};

static struct PyModuleDef definition = {
    PyModuleDef_HEAD_INIT, "_settling", "Where moments stand, settled in C.", 0, functions, module_slots, NULL, NULL, NULL,
};

PyMODINIT_FUNC PyInit__settling(void) { return PyModuleDef_Init(&definition); }
