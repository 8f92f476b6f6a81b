/* The edges between cells are the axes of ways; edges that go on straight are one street. */
#include "samples/town.h"

enum { NO_STREET = -1 };

#define SAME_NODE_M       4.0 /* crossings that lie closer are one */
#define SAME_RIVER_NODE_M 9.0
#define QUAY_M            16.5 /* from the middle of the river */

/* The nodes of the river come first. */
static int node_at(struct town *t, struct pt at, int n_river_nodes)
{
    for (int i = 0; i < t->n_nodes; i++) {
        const double same_m = i < n_river_nodes ? SAME_RIVER_NODE_M : SAME_NODE_M;
        if (pt_distance(t->nodes[i], at) < same_m)
            return i;
    }
    if (t->n_nodes == NODES_MAX)
        return 0;
    t->nodes[t->n_nodes] = at;
    return t->n_nodes++;
}

static void add_edge(struct town *t, struct edge e)
{
    if (e.from != e.to && t->n_edges < EDGES_MAX)
        t->edges[t->n_edges++] = e;
}

/* Every edge between two cells once, its cell on the left first: those of the river, or the others.
 */
static void gather_edges(struct town *t, bool of_river)
{
    const int n_river_nodes = of_river ? NODES_MAX : t->n_nodes;
    for (int i = 0; i < t->plan.n_cells; i++) {
        const struct cell *c = &t->plan.cells[i];
        for (int k = 0; k < c->p.n; k++) {
            const int j = c->p.tag[k];
            if (j <= i || (c->land == LAND_NONE && t->plan.cells[j].land == LAND_NONE))
                continue;
            const enum land other = t->plan.cells[j].land;
            const enum way way = plan_way(&t->plan, i, j);
            if ((way == WAY_RIVER) != of_river)
                continue;
            const int from = node_at(t, c->p.at[k], n_river_nodes);
            const int to = node_at(t, c->p.at[(k + 1) % c->p.n], n_river_nodes);
            add_edge(t, (struct edge){
                            .left = i,
                            .right = j,
                            .from = from,
                            .to = to,
                            .way = way,
                            .outside = c->land != LAND_TOWN && other != LAND_TOWN,
                            .street = NO_STREET,
                        });
        }
    }
}

static bool is_in_river(const struct town *t, int node)
{
    for (int i = 0; i < t->n_edges; i++) {
        const struct edge *e = &t->edges[i];
        if (e->way == WAY_RIVER && (e->from == node || e->to == node))
            return true;
    }
    return false;
}

/* A way that comes to the river ends at the quay, but for a few that cross it on a bridge. */
static void end_at_quays(struct town *t)
{
    const int n_nodes = t->n_nodes;
    bool in_river[NODES_MAX];
    for (int i = 0; i < n_nodes; i++)
        in_river[i] = is_in_river(t, i);
    for (int i = 0; i < t->n_edges; i++) {
        struct edge *e = &t->edges[i];
        if (e->way == WAY_RIVER || plan_is_bridge(&t->plan, e->left, e->right))
            continue;
        int *ends[] = {&e->from, &e->to};
        for (int k = 0; k < 2; k++) {
            const struct pt here = t->nodes[*ends[k]], there = t->nodes[*ends[1 - k]];
            if (!in_river[*ends[k]] || t->n_nodes == NODES_MAX)
                continue;
            t->nodes[t->n_nodes] = pt_add(here, pt_unit(pt_add(there, here, -1)), QUAY_M);
            *ends[k] = t->n_nodes++;
        }
    }
}

/* The direction in which an edge leaves a node. */
static struct pt leaving(const struct town *t, const struct edge *e, int node)
{
    const int other = e->from == node ? e->to : e->from;
    return pt_unit(pt_add(t->nodes[other], t->nodes[node], -1));
}

static bool is_middle(struct pt at)
{
    return pt_length(pt_add(at, (struct pt){-35, 10}, 1)) < 60;
}

/* The edge that goes on from this one beyond the node, -1 when none does so straight enough. */
static int next_edge(const struct town *t, int edge, int node)
{
    const struct edge *e = &t->edges[edge];
    const bool along_curve = e->way != WAY_STREET && e->way != WAY_TRACK;
    double straightest = along_curve ? 0.5 : 0.72;
    int best = -1;
    if (e->way != WAY_RIVER && e->way != WAY_STREET && is_middle(t->nodes[node]))
        return -1;
    for (int i = 0; i < t->n_edges; i++) {
        const struct edge *f = &t->edges[i];
        if (i == edge || f->street != NO_STREET || f->way != e->way || f->outside != e->outside ||
            (f->from != node && f->to != node))
            continue;
        const double turn = -pt_dot(leaving(t, e, node), leaving(t, f, node));
        if (turn > straightest) {
            straightest = turn;
            best = i;
        }
    }
    return best;
}

/* Walk from the node as far as the street goes, adding nodes to the line. */
static void follow(struct town *t, int edge, int node, struct street *s, int index)
{
    while (s->n < STREET_POINTS_MAX) {
        s->at[s->n++] = t->nodes[node];
        edge = next_edge(t, edge, node);
        if (edge < 0)
            return;
        struct edge *e = &t->edges[edge];
        e->street = index;
        node = e->from == node ? e->to : e->from;
    }
}

static void turn_round(struct street *s)
{
    for (int i = 0, j = s->n - 1; i < j; i++, j--) {
        const struct pt swap = s->at[i];
        s->at[i] = s->at[j];
        s->at[j] = swap;
    }
}

static void join_from(struct town *t, int edge)
{
    struct edge *e = &t->edges[edge];
    struct street *s = &t->streets[t->n_streets];
    *s = (struct street){.way = e->way, .outside = e->outside};
    e->street = t->n_streets;
    follow(t, edge, e->from, s, t->n_streets);
    turn_round(s);
    follow(t, edge, e->to, s, t->n_streets);
    t->n_streets++;
}

/* The river itself is no street, but both its banks are. */
static void make_quays(struct town *t, int river)
{
    const struct street axis = t->streets[river];
    for (int side = 1; side >= -1; side -= 2) {
        struct street quay = {.way = WAY_RIVER};
        for (int i = 0; i < axis.n; i++) {
            const struct pt before = axis.at[i > 0 ? i - 1 : 0];
            const struct pt behind = axis.at[i + 1 < axis.n ? i + 1 : i];
            const struct pt left = pt_left(pt_unit(pt_add(behind, before, -1)));
            quay.at[quay.n++] = pt_add(axis.at[i], left, side * QUAY_M);
        }
        if (side > 0)
            t->streets[river] = quay;
        else if (t->n_streets < STREETS_MAX)
            t->streets[t->n_streets++] = quay;
    }
}

void town_join_streets(struct town *t)
{
    gather_edges(t, true);
    gather_edges(t, false);
    end_at_quays(t);
    for (enum way way = WAY_RIVER; way < N_WAYS; way++) {
        for (int i = 0; i < t->n_edges && t->n_streets < STREETS_MAX; i++) {
            const struct edge *e = &t->edges[i];
            /* Out in the fields the river has no quays, and most tracks are private. */
            const bool wanted = !e->outside || e->way == WAY_MAIN || e->way == WAY_CROSS;
            if (e->way != way || e->street != NO_STREET || !wanted)
                continue;
            join_from(t, i);
            if (way == WAY_RIVER)
                make_quays(t, e->street);
        }
    }
}
