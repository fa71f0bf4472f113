/* The simulator's step in plain C, to measure the compiled Python kernels against.
 *
 * It advances the same packed buffer by the same operations on float64 in the same order, so that
 * both sides can start from equal state and must end in equal bits. GALIF cells only. The benchmark
 * writes reference_kernel.h from the table of sections, simulate/sections.py.
 */
#pragma GCC optimize("no-tree-loop-distribute-patterns") /* calls of memset cost more than they save */
#include <math.h>
#include <stdint.h>
#include "reference_kernel.h"

#ifndef HAVE_ELEMENTARY /* the header of the benchmark has functions of equal bits everywhere */
#define exponential exp
#define logarithm log
#endif
#define LEAST_CALCIUM 0.01
#define LOG_RANGE 2.0794415416798357 /* ln 8 */
#define SHUT 1e300
#define TINY 1e-30
#define LEAST 1e-3 /* of a spike: a smaller count is nothing */
#define FLOATS(name) (buffer + head[2 * AT_##name])
#define WHOLES(name) (head + head[2 * AT_##name])
#define OCTETS(name) ((uint8_t *)buffer + head[2 * AT_##name])

static void open_gates(double *buffer, const uint32_t *head, const double *scalars)
{
    const double *energy = FLOATS(ENERGY), *per_capacity = FLOATS(PER_CAPACITY);
    const uint32_t *start = WHOLES(REGION_START), n = head[AT_N_REGIONS];
    double *gates = FLOATS(GATES), *gate = FLOATS(REGION_GATE);
    for (uint32_t r = 0; r < n; r++) {
        double factor = 1.0;
        if (head[AT_GATE] == AT_GATE_THRESHOLD) {
            double shortage = 1.0 - energy[r] * per_capacity[r] * scalars[AT_PER_ONSET];
            factor += shortage > 0.0 ? scalars[AT_GATE_GAIN] * shortage : 0.0;
        } else if (energy[r] < scalars[AT_HARD_LIMIT]) {
            factor = SHUT;
        }
        if (gate[r] != factor)
            for (uint32_t j = start[r]; j < start[r + 1]; j++)
                gates[j] = factor;
        gate[r] = factor;
    }
}

/* Eight lanes at a time, spelt out: gcc's own vectoriser takes 64 (the flags are bytes) or none. */
typedef double lanes __attribute__((vector_size(64)));
typedef int64_t masks __attribute__((vector_size(64)));
typedef uint8_t octets __attribute__((vector_size(8)));

static inline lanes choose(masks mask, lanes yes, lanes no)
{
    return (lanes)((mask & (masks)yes) | (~mask & (masks)no));
}

static void step_cells(double *buffer, const uint32_t *head, const double *scalars,
                       lanes *arriving_exc, lanes *arriving_inh)
{
#define LANES(name) ((lanes *)FLOATS(name))
    lanes *potential = LANES(POTENTIAL), *excitation = LANES(EXCITATION);
    lanes *inhibition = LANES(INHIBITION), *slow = LANES(SLOW), *fast = LANES(FAST);
    lanes *rise = LANES(RISE), *refractory = LANES(REFRACTORY);
    octets *fired = (octets *)OCTETS(FIRED);
    const lanes *gates = LANES(GATES), *efficacy = LANES(EFFICACY), *drive = LANES(DRIVE);
    const lanes *threshold = LANES(THRESHOLD), *keep_potential = LANES(KEEP_POTENTIAL);
    const lanes *keep_slow = LANES(KEEP_SLOW), *keep_fast = LANES(KEEP_FAST);
    const lanes *keep_rise = LANES(KEEP_RISE), *gain = LANES(RISE_GAIN);
    const lanes *jump_slow = LANES(JUMP_SLOW), *jump_fast = LANES(JUMP_FAST);
    const double keep_exc = scalars[AT_KEEP_EXCITATION], keep_inh = scalars[AT_KEEP_INHIBITION];
    const lanes none = {0}, floor = none + scalars[AT_FLOOR], one = none + 1.0;
    const lanes pause = none + scalars[AT_REFRACTORY_STEPS];
    for (uint32_t b = 0; b < head[AT_N_SLOTS] / 8; b++) {
        lanes exc = excitation[b] * keep_exc + arriving_exc[b] * efficacy[b];
        lanes inh = inhibition[b] * keep_inh + arriving_inh[b] * efficacy[b];
        arriving_exc[b] = none;
        arriving_inh[b] = none;
        excitation[b] = exc;
        inhibition[b] = inh;
        lanes current = drive[b] + (exc - inh) + (fast[b] - slow[b]);
        lanes v = keep_potential[b] * potential[b] + (1.0 - keep_potential[b]) * current;
        v = choose(v < floor, floor, v);
        masks waits = refractory[b] > none;
        v = choose(waits, none, v);
        lanes h = rise[b] * keep_rise[b];
        masks spikes = v >= threshold[b] * (1.0 + gain[b] * h) * gates[b];
        lanes z = choose(spikes, one, none);
        potential[b] = choose(spikes, none, v);
        slow[b] = slow[b] * keep_slow[b] + jump_slow[b] * z;
        fast[b] = fast[b] * keep_fast[b] + jump_fast[b] * z;
        rise[b] = h + z;
        refractory[b] = choose(spikes, pause, choose(waits, refractory[b] - one, none));
        fired[b] = __builtin_convertvector(-spikes, octets);
    }
}

struct senders {
    const uint32_t *start, *region, *slots;
    const double *weight, *spike_cost, *event_cost;
    double *recent, *released, *cost, *ring;
    uint64_t size;
    uint32_t n_regions, width;
};

/* Tsodyks-Markram: what a spike releases, relative to a rested synapse */
static double release(double *buffer, const uint32_t *head, const double *scalars, uint32_t row)
{
    double *u = FLOATS(UTILISATION) + row, *x = FLOATS(RESOURCE) + row;
    double *last = FLOATS(LAST_SPIKE) + row;
    double gap = scalars[AT_CLOCK] - *last;
    double used = *u * exp(-scalars[AT_FACILITATION_RATE] * gap);
    double rested = 1.0 - (1.0 - *x) * exp(-scalars[AT_RECOVERY_RATE] * gap);
    used += scalars[AT_BASE_UTILISATION] * (1.0 - used);
    double released = used * rested;
    *u = used;
    *x = rested - released;
    *last = scalars[AT_CLOCK];
    return released / scalars[AT_BASE_UTILISATION];
}

static inline void send(const struct senders *s, uint32_t row, double scale, uint64_t base)
{
    double *restrict ring = s->ring;
    const double *restrict weight = s->weight;
    const uint32_t *restrict slots = s->slots;
    const uint64_t size = s->size;
    s->recent[row] += 1.0;
    s->released[row] += scale;
    s->cost[s->region[row]] += s->spike_cost[row];
    for (uint32_t r = 0; r < s->n_regions; r++)
        s->cost[r] += scale * s->event_cost[(uint64_t)row * s->width + r];
    for (uint32_t k = s->start[row], end = s->start[row + 1]; k < end; k++) {
        uint64_t place = base + slots[k];
        place = place >= size ? place - size : place;
        ring[place] += weight[k] * scale;
    }
}

static void settle(double *buffer, const uint32_t *head)
{
    double *restrict energy = FLOATS(ENERGY), *restrict cost = FLOATS(COST);
    double *restrict supplied_sum = FLOATS(SUPPLIED_SUM), *restrict spent_sum = FLOATS(SPENT_SUM);
    double *restrict unmet_sum = FLOATS(UNMET_SUM), *restrict fill_sum = FLOATS(FILL_SUM);
    const double *restrict capacity = FLOATS(CAPACITY), *restrict supply = FLOATS(SUPPLY);
    const double *restrict per_capacity = FLOATS(PER_CAPACITY), *restrict upkeep = FLOATS(UPKEEP);
    const double *restrict graded_cost = FLOATS(GRADED_COST);
    const uint32_t supplied = head[AT_METABOLIC_ON];
    for (uint32_t r = 0; r < head[AT_N_REGIONS]; r++) {
        double spent = cost[r] + upkeep[r] + graded_cost[r];
        double before = energy[r], fill = before * per_capacity[r];
        double throttle = 4.0 * (1.0 - fill);
        double inflow = supply[r] * (throttle < 1.0 ? throttle : 1.0);
        inflow = supplied ? inflow : spent;
        double after = before + inflow - spent;
        if (after > capacity[r]) {
            inflow -= after - capacity[r];
            after = capacity[r];
        }
        if (after < 0.0) {
            unmet_sum[r] -= after;
            after = 0.0;
        }
        cost[r] = 0.0;
        energy[r] = after;
        supplied_sum[r] += inflow;
        spent_sum[r] += spent;
        fill_sum[r] += fill;
    }
}

static void read_outputs(double *buffer, const uint32_t *head, const double *scalars)
{
    const uint32_t *lane = WHOLES(OUTPUT_SLOT), *region = WHOLES(OUTPUT_REGION);
    const double *potential = FLOATS(POTENTIAL);
    const uint8_t *fired = OCTETS(FIRED);
    double *readout = FLOATS(READOUT), *graded_sum = FLOATS(GRADED_SUM), *cost = FLOATS(COST);
    const double keep = scalars[AT_KEEP_READOUT], charge = scalars[AT_GRADED_OUTPUT_COST];
    for (uint32_t k = 0; k < head[AT_N_OUTPUTS]; k++) {
        if (head[AT_READOUT_KIND]) {
            double shown = fabs(potential[lane[k]]);
            readout[k] = potential[lane[k]];
            graded_sum[k] += shown;
            cost[region[k]] += shown * charge;
        } else {
            double left = readout[k] * keep;
            readout[k] = (left >= LEAST ? left : 0.0) + fired[lane[k]];
        }
    }
}

static void sense(double *buffer, const uint32_t *head)
{
    const uint32_t n_rows = head[AT_N_INPUTS] + head[AT_N_SLOTS];
    const uint32_t *start = WHOLES(SENSE_START), *astrocyte = WHOLES(SENSE_ASTROCYTE);
    const double *restrict synapses = FLOATS(SENSE_NUMBER);
    double *restrict recent = FLOATS(RECENT), *restrict emitted = FLOATS(EMITTED);
    double *restrict released = FLOATS(RELEASED), *restrict released_sum = FLOATS(RELEASED_SUM);
    double *restrict sensed = FLOATS(SENSED);
    uint32_t *restrict active = (uint32_t *)WHOLES(SPIKED), n = 0;
    for (uint32_t row = 0; row < n_rows; row++) {
        active[n] = row;
        n += recent[row] > 0.0;
    }
    for (uint32_t i = 0; i < n; i++) {
        uint32_t row = active[i];
        double count = recent[row];
        for (uint32_t k = start[row], end = start[row + 1]; k < end; k++)
            sensed[astrocyte[k]] += count * synapses[k];
        emitted[row] += count;
        released_sum[row] += released[row];
        recent[row] = 0.0;
        released[row] = 0.0;
    }
}

static void couple(double *buffer, const uint32_t *head, double gap)
{
    const uint32_t *one = WHOLES(NEIGHBOUR_ONE), *other = WHOLES(NEIGHBOUR_OTHER);
    const double *share = FLOATS(NEIGHBOUR_SHARE);
    double *restrict calcium = FLOATS(CALCIUM), *restrict change = FLOATS(SENSED);
    for (uint32_t k = 0; k < head[AT_N_NEIGHBOURS]; k++)
        change[one[k]] += share[k] * (calcium[other[k]] - calcium[one[k]]);
    for (uint32_t g = 0; g < head[AT_N_ASTROCYTES]; g++) {
        calcium[g] += gap * change[g];
        change[g] = 0.0;
    }
}

static void respond(double *buffer, const uint32_t *head, const double *scalars)
{
    const uint32_t n = head[AT_N_ASTROCYTES], n_padded = (n + 7) / 8 * 8, *region = WHOLES(ASTROCYTE_REGION);
    double *restrict calcium = FLOATS(CALCIUM), *restrict sensed = FLOATS(SENSED);
    double *restrict transmitter = FLOATS(TRANSMITTER), *restrict store = FLOATS(STORE);
    double *restrict armed = FLOATS(ARMED), *restrict releases = FLOATS(RELEASES);
    double *restrict supply = FLOATS(SUPPLY), *restrict cost = FLOATS(COST);
    const double *scale = FLOATS(SENSE_SCALE), *keep = FLOATS(KEEP_CALCIUM);
    const double *threshold = FLOATS(CALCIUM_THRESHOLD), *supply_gain = FLOATS(SUPPLY_GAIN);
    double *restrict deviation = FLOATS(DEVIATION);
    const double *log_threshold = FLOATS(LOG_THRESHOLD);
    const double *copies = FLOATS(COPIES), uptake = scalars[AT_UPTAKE];
    for (uint32_t g = 0; g < n_padded; g++) {
        calcium[g] = keep[g] * calcium[g] + (1.0 - keep[g]) * (sensed[g] * scale[g]);
        sensed[g] = 0.0;
    }
    if (scalars[AT_GAP] > 0.0)
        couple(buffer, head, scalars[AT_GAP]);
    for (uint32_t g = 0; head[AT_EVENTS] && g < n_padded; g++) {
        double t = transmitter[g] * scalars[AT_KEEP_TRANSMITTER];
        double x = 1.0 - (1.0 - store[g]) * scalars[AT_KEEP_STORE];
        double more = t + (1.0 - t) * uptake * x, less = x * (1.0 - uptake);
        int below = calcium[g] < threshold[g], crossed = !below & (armed[g] > 0.0);
        transmitter[g] = crossed ? more : t;
        store[g] = crossed ? less : x;
        armed[g] = below ? 1.0 : 0.0;
        releases[g] += crossed ? 1.0 : 0.0;
        sensed[g] = crossed ? 1.0 : 0.0;
    }
    for (uint32_t g = 0; head[AT_TONIC] && g < n; g++) {
        double least = calcium[g] > LEAST_CALCIUM ? calcium[g] : LEAST_CALCIUM;
        deviation[g] = log_threshold[g] - logarithm(least);
    }
    for (uint32_t g = 0; head[AT_EVENTS] && g < n; g++) {
        if (sensed[g] > 0.0)
            cost[region[g]] += copies[g] * scalars[AT_RELEASE_COST];
        sensed[g] = 0.0;
    }
    if (!head[AT_METABOLIC_ON])
        return;
    for (uint32_t r = 0; r < head[AT_N_REGIONS]; r++)
        supply[r] = 0.0;
    for (uint32_t g = 0; g < n;) {
        uint32_t r = region[g];
        double supplied = supply[r];
        for (; g < n && region[g] == r; g++) {
            double boost = calcium[g] < 2.0 ? calcium[g] : 2.0;
            supplied += copies[g] * scalars[AT_ASTROCYTE_SUPPLY] * (1.0 + supply_gain[g] * boost);
        }
        supply[r] = supplied;
    }
}

static void modulate(double *buffer, const uint32_t *head)
{
    const uint32_t *astrocyte = WHOLES(COVER_ASTROCYTE), *start = WHOLES(COVER_START);
    const double *restrict transmitter = FLOATS(TRANSMITTER), *restrict gain = FLOATS(COVER_GAIN);
    const double *restrict current = FLOATS(COVER_CURRENT);
    double *restrict efficacy = FLOATS(EFFICACY), *restrict inward = FLOATS(SLOW_INWARD);
    for (uint32_t j = 0; head[AT_GAIN_ON] && j < head[AT_N_SLOTS]; j++) {
        double total = 1.0;
        for (uint32_t k = start[j]; k < start[j + 1]; k++)
            total += gain[k] * transmitter[astrocyte[k]];
        efficacy[j] = total > 0.0 ? total : 0.0;
    }
    for (uint32_t j = 0; head[AT_SLOW_CURRENT_ON] && j < head[AT_N_SLOTS]; j++) {
        double total = 0.0;
        for (uint32_t k = start[j]; k < start[j + 1]; k++)
            total += current[k] * transmitter[astrocyte[k]];
        inward[j] = total;
    }
}

static double bounded(double value, double most)
{
    return value < -most ? -most : value > most ? most : value;
}

static void modulate_tonically(double *buffer, const uint32_t *head)
{
    const uint32_t *astrocyte = WHOLES(COVER_ASTROCYTE), *start = WHOLES(COVER_START);
    const double *restrict deviation = FLOATS(DEVIATION), *restrict exponent = FLOATS(COVER_EXPONENT);
    const double *restrict strength = FLOATS(COVER_DRIVE);
    double *restrict efficacy = FLOATS(EFFICACY), *restrict inward = FLOATS(SLOW_INWARD);
    double last = 0.0, factor = 1.0;
    for (uint32_t j = 0; head[AT_TONIC_GAIN_ON] && j < head[AT_N_SLOTS]; j++) {
        double total = 0.0;
        for (uint32_t k = start[j]; k < start[j + 1]; k++)
            total += exponent[k] * deviation[astrocyte[k]];
        total = bounded(total, LOG_RANGE);
        if (total != last) {
            last = total;
            factor = exponential(total);
        }
        efficacy[j] = factor;
    }
    for (uint32_t j = 0; head[AT_TONIC_CURRENT_ON] && j < head[AT_N_SLOTS]; j++) {
        double total = 0.0;
        for (uint32_t k = start[j]; k < start[j + 1]; k++)
            total -= strength[k] * deviation[astrocyte[k]];
        inward[j] = bounded(total, 2.0 * LOG_RANGE);
    }
}

static void finish(double *buffer, const uint32_t *head)
{
    const uint32_t n_slots = head[AT_N_SLOTS] & ~7u;
    double *restrict drive = FLOATS(DRIVE);
    const double *restrict bias = FLOATS(BIAS), *restrict graded = FLOATS(GRADED_CURRENT);
    const double *restrict efficacy = FLOATS(EFFICACY), *restrict inward = FLOATS(SLOW_INWARD);
    const double *restrict external = FLOATS(EXTERNAL);
    for (uint32_t j = 0; j < n_slots; j++)
        drive[j] = bias[j] + graded[j] * efficacy[j] + inward[j] + external[j];
    double *state = FLOATS(DECAYING);
    for (uint32_t j = 0, n = head[2 * AT_DECAYING + 1]; j < n; j++)
        state[j] = fabs(state[j]) < TINY ? 0.0 : state[j]; /* no denormal numbers */
}

void advance(double *buffer, int64_t n_steps)
{
    const uint32_t *head = (const uint32_t *)buffer;
    const uint32_t n_inputs = head[AT_N_INPUTS], n_slots = head[AT_N_SLOTS];
    const uint32_t n_delays = head[AT_N_DELAYS], period = head[AT_GLIAL_PERIOD];
    double *scalars = FLOATS(SCALARS), *ring = FLOATS(RING), *charge = FLOATS(CHARGE);
    const double *amplitude = FLOATS(AMPLITUDE), rate = scalars[AT_MAX_RATE];
    const int short_term = scalars[AT_BASE_UTILISATION] > 0.0;
    const struct senders senders = {
        .start = WHOLES(SENDER_START), .region = WHOLES(SENDER_REGION), .slots = WHOLES(SYNAPSE_RING),
        .weight = FLOATS(WEIGHT), .spike_cost = FLOATS(SPIKE_COST),
        .event_cost = FLOATS(EVENT_COST), .recent = FLOATS(RECENT), .released = FLOATS(RELEASED),
        .cost = FLOATS(COST), .ring = ring, .size = (uint64_t)n_delays * 2 * n_slots,
        .n_regions = head[AT_N_REGIONS], .width = (head[AT_N_REGIONS] + 7) / 8 * 8,
    };
    const uint64_t *fired = (const uint64_t *)OCTETS(FIRED);
    uint8_t *input_fired = OCTETS(INPUT_FIRED);
    uint32_t *spiked = (uint32_t *)WHOLES(SPIKED);
    uint64_t slot = (uint64_t)scalars[AT_CLOCK] % n_delays;
    uint64_t tick = (uint64_t)scalars[AT_CLOCK] % period;
    for (int64_t t = 0; t < n_steps; t++) {
        if (head[AT_GATE] != AT_GATE_NONE)
            open_gates(buffer, head, scalars);
        uint64_t base = slot * 2 * n_slots;
        step_cells(buffer, head, scalars, (lanes *)(ring + base), (lanes *)(ring + base + n_slots));
        uint32_t n_spikes = 0;
        for (uint32_t i = 0; i < n_inputs; i++) {
            if (!head[AT_RATE_INPUTS]) {
                senders.recent[i] += scalars[AT_GRADED_PER_STEP] * fabs(amplitude[i]);
                continue;
            }
            double more = rate * amplitude[i];
            more = more > 0.0 ? more : 0.0;
            double filled = charge[i] + (more < 1.0 ? more : 1.0);
            input_fired[i] = filled >= 1.0;
            charge[i] = filled >= 1.0 ? filled - 1.0 : filled;
        }
        for (uint32_t w = 0; head[AT_RATE_INPUTS] && w < (n_inputs + 7) / 8; w++)
            for (uint64_t left = ((uint64_t *)input_fired)[w]; left; left &= left - 1)
                spiked[n_spikes++] = 8 * w + (__builtin_ctzll(left) >> 3);
        for (uint32_t w = 0; w < n_slots / 8; w++)
            for (uint64_t left = fired[w]; left; left &= left - 1)
                spiked[n_spikes++] = n_inputs + 8 * w + (__builtin_ctzll(left) >> 3);
        for (uint32_t k = 0; k < n_spikes; k++) {
            double scale = short_term ? release(buffer, head, scalars, spiked[k]) : 1.0;
            send(&senders, spiked[k], scale, base);
        }
        read_outputs(buffer, head, scalars);
        if (++tick == period) {
            tick = 0;
            sense(buffer, head);
            if (head[AT_N_ASTROCYTES]) {
                respond(buffer, head, scalars);
                modulate(buffer, head);
                modulate_tonically(buffer, head);
            }
            finish(buffer, head);
        }
        settle(buffer, head);
        scalars[AT_CLOCK] += 1.0;
        slot = slot + 1 < n_delays ? slot + 1 : 0;
    }
}
