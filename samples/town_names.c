/* What streets are called, and the numbers of their houses. */
#include "samples/town.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

static const char *const QUAYS[] = {"Quai des Lavandières", "Quai du Vieux-Moulin",
                                    "Quai des Mariniers", "Quai de la Tannerie"};
static const char *const MAIN[] = {"Grande Rue", "Avenue de la République", "Rue du Pont-Vieux",
                                   "Faubourg Saint-Aubin"};
static const char *const CROSS[] = {"Rue de l'Église", "Rue du Marché-au-Blé", "Rue des Halles",
                                    "Avenue de la Gare"};
static const char *const RING[] = {"Boulevard des Tilleuls", "Boulevard du Nord",
                                   "Boulevard des Fossés", "Mail de l'Esplanade"};
static const char *const ROADS[] = {"Route de la Forêt",     "Route du Val",
                                    "Route des Étangs",      "Route de la Croix-Blanche",
                                    "Ancienne route royale", "Route du Château-d'Eau"};
static const char *const NAMES[] = {
    "du Moulin",
    "de la Fontaine",
    "des Tanneurs",
    "du Four-Banal",
    "des Acacias",
    "de la Poste",
    "du Lavoir",
    "des Écoles",
    "Victor-Hugo",
    "des Jardins",
    "du Cimetière",
    "de la Mairie",
    "des Tisserands",
    "du Puits",
    "Jean-Jaurès",
    "des Cordeliers",
    "de l'Abreuvoir",
    "du Presbytère",
    "Cassini",
    "des Vignes",
    "du Colombier",
    "Pasteur",
    "des Noyers",
    "de la Paix",
    "du Château",
    "des Potiers",
    "du Champ-de-Foire",
    "Louise-Michel",
    "des Ormes",
    "de la Grange",
    "des Capucines",
    "du Clos",
    "Émile-Zola",
    "des Remparts",
    "de la Prairie",
    "du Chêne-Vert",
    "des Bouleaux",
    "George-Sand",
    "de l'Ancien-Hospice",
    "du Petit-Bois",
    "des Rosiers",
    "de la Métairie",
    "Marie-Curie",
    "des Peupliers",
    "du Bief",
    "de la Plaine",
    "des Merles",
    "du 8-Mai-1945",
    "de la Briqueterie",
    "des Charmes",
    "Claude-Monet",
    "du Stade",
    "de l'Étang",
    "des Lilas",
    "du Bourg-Neuf",
    "des Saules",
    "de la Croix-Rouge",
    "Berthe-Morisot",
    "des Hirondelles",
    "du Pressoir",
    "de la Tuilerie",
    "des Bleuets",
    "Jules-Verne",
    "du Verger",
    "de la Gravière",
    "des Pinsons",
    "Arago",
    "de Bellevue",
    "des Mésanges",
    "du Maréchal-Ferrant",
    "de la Source",
    "des Sorbiers",
    "Simone-Veil",
    "du Haut-Clos",
    "de la Garenne",
    "des Églantines",
    "Olympe-de-Gouges",
    "du Ruisseau",
    "de la Sablière",
    "des Érables",
    "Picard",
    "du Pré-aux-Oies",
    "de la Vallée",
    "des Marronniers",
    "Méchain",
    "du Val-Fleuri",
    "de la Ferme",
    "des Primevères",
    "Delambre",
    "du Gué",
    "de la Chaume",
    "des Aubépines",
    "La-Hire",
    "du Levant",
    "de la Butte",
    "des Fauvettes",
    "Sophie-Germain",
    "du Couchant",
    "de la Licorne",
    "des Coquelicots",
    "Maupertuis",
    "du Moulin-à-Vent",
    "de la Chapelle",
    "des Sources",
    "La-Condamine",
    "du Bois-Joli",
    "de la Bergerie",
    "des Quatre-Vents",
    "Émilie-du-Châtelet",
    "du Grand-Champ",
    "de la Pierre-Levée",
    "des Trois-Poiriers",
};
enum { N_NAMES = sizeof NAMES / sizeof NAMES[0] };

/* The names that belong to a way; `n` 0: those of all other streets. */
static const struct {
    const char *const *names;
    int n;
} OF_WAY[N_WAYS] = {
    [WAY_RIVER] = {QUAYS, 4}, [WAY_MAIN] = {MAIN, 4}, [WAY_CROSS] = {CROSS, 4},
    [WAY_RING] = {RING, 4},   [WAY_STREET] = {0},     [WAY_TRACK] = {0},
};

static double length_of(const struct street *s)
{
    double length = 0;
    for (int i = 1; i < s->n; i++)
        length += pt_distance(s->at[i - 1], s->at[i]);
    return length;
}

/* With `again` for the names that a street has already. */
static const char *kind_of(const struct street *s, bool again)
{
    const bool in_middle = pt_length(s->at[s->n / 2]) < 240;
    if (s->way == WAY_TRACK)
        return again ? "Sente" : "Chemin";
    if (again)
        return in_middle ? "Passage" : "Clos";
    return length_of(s) > 110 ? "Rue" : in_middle ? "Ruelle" : "Allée";
}

void town_name_streets(struct town *t)
{
    const int n_roads = sizeof ROADS / sizeof ROADS[0];
    int used[N_WAYS] = {0}, n_used = 0, n_out = 0;
    for (int i = 0; i < t->n_streets; i++) {
        struct street *s = &t->streets[i];
        if (s->outside && n_out < n_roads) {
            snprintf(s->name, sizeof s->name, "%s", ROADS[n_out++]);
        } else if (used[s->way] < OF_WAY[s->way].n) {
            snprintf(s->name, sizeof s->name, "%s", OF_WAY[s->way].names[used[s->way]++]);
        } else {
            const char *kind = kind_of(s, n_used >= N_NAMES);
            snprintf(s->name, sizeof s->name, "%s %s", kind, NAMES[n_used++ % N_NAMES]);
        }
    }
}

/* Where a point lies as seen from a street. */
struct place {
    double along_m, away_m;
    bool left;
};

static struct place place_on(const struct street *s, struct pt at)
{
    struct place found = {.away_m = INFINITY};
    double walked = 0;
    for (int i = 1; i < s->n; i++) {
        const struct pt from = s->at[i - 1], along = pt_add(s->at[i], from, -1);
        const struct pt to_point = pt_add(at, from, -1);
        const double length = pt_length(along);
        double share = length > 0 ? pt_dot(to_point, along) / (length * length) : 0;
        share = share < 0 ? 0 : share > 1 ? 1 : share;
        const double away = pt_distance(at, pt_add(from, along, share));
        if (away < found.away_m)
            found = (struct place){walked + share * length, away, pt_cross(along, to_point) > 0};
        walked += length;
    }
    return found;
}

/* The street that a parcel's front looks on; at the river the nearer quay. -1: none. */
static int street_of(const struct town *t, const struct parcel *p)
{
    const int other = p->p.tag[p->front];
    int street = -1;
    for (int i = 0; street < 0 && i < t->n_edges; i++) {
        const struct edge *e = &t->edges[i];
        if ((e->left == p->cell && e->right == other) || (e->right == p->cell && e->left == other))
            street = e->street;
    }
    if (street < 0 || t->streets[street].way != WAY_RIVER)
        return street;
    const struct pt middle = poly_middle(&p->p);
    for (int i = 0; i < t->n_streets; i++) {
        if (t->streets[i].way == WAY_RIVER &&
            place_on(&t->streets[i], middle).away_m < place_on(&t->streets[street], middle).away_m)
            street = i;
    }
    return street;
}

/* A house before it has a number. */
struct house {
    struct pt at;
    int street;
    struct place place;
};

static int by_place(const void *a, const void *b)
{
    const struct house *h = a, *i = b;
    if (h->street != i->street)
        return h->street < i->street ? -1 : 1;
    if (h->place.left != i->place.left)
        return h->place.left ? -1 : 1;
    return (h->place.along_m > i->place.along_m) - (h->place.along_m < i->place.along_m);
}

/* A step inside the front's middle, where the letter box hangs. */
static struct house house_of(const struct town *t, const struct parcel *p)
{
    const struct pt a = p->p.at[p->front], b = p->p.at[(p->front + 1) % p->p.n];
    const struct pt along = pt_add(b, a, -1);
    struct house h = {.at = pt_add(pt_add(a, along, 0.5), pt_left(pt_unit(along)), 1.5)};
    h.street = street_of(t, p);
    if (h.street >= 0)
        h.place = place_on(&t->streets[h.street], h.at);
    return h;
}

/* Odd numbers on the left, even ones on the right, with a gap here and there. */
void town_number_houses(struct town *t)
{
    struct house houses[ADDRESSES_MAX];
    int n = 0;
    for (int i = 0; i < t->n_parcels && n < ADDRESSES_MAX; i++) {
        if (!t->parcels[i].built)
            continue;
        houses[n] = house_of(t, &t->parcels[i]);
        n += houses[n].street >= 0;
    }
    qsort(houses, (size_t)n, sizeof houses[0], by_place);
    int number = 0;
    for (int i = 0; i < n; i++) {
        const struct house *h = &houses[i], *before = &houses[i > 0 ? i - 1 : 0];
        if (i == 0 || h->street != before->street || h->place.left != before->place.left)
            number = h->place.left ? 1 : 2;
        else
            number += draw_chance(&t->plan.random, 10) ? 4 : 2;
        t->addresses[t->n_addresses++] = (struct address){h->at, h->street, number};
    }
}
