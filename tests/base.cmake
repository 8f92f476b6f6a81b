foreach(unit arena blob buf crew crs crs_wkt encoding err geom geos gzip hilbert json_read json_write key_sort lane log mem mvt_read nearest ring_check
        source spool text text_number tile_format tile_number value when wkt)
  cassini_unit_test(test_${unit} USES base LINKS m)
endforeach()

target_link_options(test_spool PRIVATE LINKER:--wrap=open)
foreach(unit crew lane)
  target_link_options(test_${unit} PRIVATE LINKER:--wrap=pthread_create)
endforeach()

cassini_unit_test(test_failing_allocations USES base)
cassini_failing_malloc(test_failing_allocations)
foreach(wrapped _ZnwmRKSt9nothrow_t _ZnamRKSt9nothrow_t)
  target_link_options(test_failing_allocations PRIVATE LINKER:--wrap=${wrapped})
endforeach()

cassini_fuzz_target(fuzz_json USES base)
cassini_fuzz_target(fuzz_mvt_read USES base)
cassini_fuzz_target(fuzz_geom USES base)
cassini_fuzz_target(fuzz_text USES base LINKS m)
cassini_fuzz_target(fuzz_wkt USES base)

add_executable(cadastre_rings accept/cadastre_rings.c)
target_link_libraries(cadastre_rings PRIVATE base)
add_test(NAME accept/cadastre_rings COMMAND cadastre_rings ${CASSINI_SHARED})
set_tests_properties(accept/cadastre_rings PROPERTIES LABELS accept TIMEOUT 120 SKIP_RETURN_CODE 77)
