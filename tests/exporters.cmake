# Archives of tiles that are written: units, what the command does, and what other readers find.
foreach(unit archive content_index export export_failing_allocations tile_plan)
  cassini_unit_test(test_${unit} USES sketch exporters)
endforeach()
cassini_unit_test(test_pmtiles_pack USES exporters importers)
cassini_failing_malloc(test_export_failing_allocations)

find_program(PYTHON3 python3)
add_test(NAME cli/export_cases
         COMMAND ${PYTHON3} -B ${CMAKE_CURRENT_SOURCE_DIR}/cli/run_cases.py $<TARGET_FILE:cassini>
                 ${CMAKE_CURRENT_SOURCE_DIR}/cli/export.case)
set_tests_properties(cli/export_cases PROPERTIES LABELS cli TIMEOUT 300)
foreach(script export stopped_export)
  add_test(NAME cli/${script}
           COMMAND ${PYTHON3} -B ${CMAKE_CURRENT_SOURCE_DIR}/cli/${script}.py $<TARGET_FILE:cassini>)
  set_tests_properties(cli/${script} PROPERTIES LABELS cli TIMEOUT 600)
endforeach()
# Sixty thousand squares, exported again and again: too much for the sanitizers' pace.
set_tests_properties(cli/stopped_export PROPERTIES LABELS "cli;slow")

# The format's own library, in a folder beside its packages.
find_program(NODE NAMES node nodejs REQUIRED)
set(archive_check ${CMAKE_CURRENT_BINARY_DIR}/archive_check)
cassini_npm(SOURCE ${CMAKE_CURRENT_SOURCE_DIR}/accept/archives INTO ${archive_check})
add_custom_target(archive_check_packages ALL DEPENDS ${archive_check}/installed)
foreach(file server pmtiles.test)
  configure_file(accept/archives/${file}.mjs ${archive_check}/${file}.mjs COPYONLY)
endforeach()
add_test(NAME accept/pmtiles COMMAND ${NODE} --test ${archive_check}/pmtiles.test.mjs)
# The reader waits for the whole of a file from a server, which under a sanitizer takes too long.
set_tests_properties(accept/pmtiles PROPERTIES LABELS "accept;slow" TIMEOUT 300
  ENVIRONMENT "CASSINI=$<TARGET_FILE:cassini>;DATA=${CMAKE_CURRENT_SOURCE_DIR}/data")
